/** What a box says, and its buttons. */
import { hostOf } from "./register.js";
import { tell } from "./tell.js";

/** @typedef {import("./markup.js").Waiting} Waiting */
/** @typedef {import("./permission.js").Permission} Permission */
/**
 * @typedef {object} Locale A language of the banner.
 * @property {string} code
 * @property {string} dir
 * @property {string} hold address of the words: the very bytes whose hash a record holds
 */
/**
 * @typedef {object} Words What `hold` contains.
 * @property {string} text in which `{recipient}` is replaced
 * @property {string} unnamed the same where the recipient is not known
 * @property {string} purpose before the purpose
 * @property {string} category before the names of categories
 * @property {string} once
 * @property {string} always
 * @property {string} gpc why "always" isn't offered: the browser's signal
 * @property {string} withheld why nothing is offered: the visitor's country
 * @property {string} list between the words of a list
 * @property {string} comma between parts of a sentence
 * @property {string} colon after a label
 * @property {string} stop at the end of a sentence
 * @property {Record<string, string>} categories their names
 * @property {Record<string, {name: string, provider: string, country: string, purpose: string,
 *   lang: string | null}>} services by id; `lang` where the purpose is in another language
 * @property {{title: string, lang?: string, path: string,
 *   language?: {code: string, name: string} | null} | null} policy `lang` of the title, and `language`
 *   of the policy with its name for the visitor, where they are in another language
 */
/**
 * @typedef {object} Box
 * @property {HTMLElement} element
 * @property {(permission: Permission) => void} offer shows the buttons that can work
 */

/**
 * A name for visitors: the page's own, else that of the service, else the host.
 * @param {Waiting} one
 * @param {Words} words
 */
export const nameOf = ({ markup, service }, words) =>
  markup.label || words.services[service?.id ?? ""]?.name || hostOf(markup.address);

/** Who gets data. @param {Waiting} one @param {Words} words */
const recipientOf = (one, words) => {
  const service = words.services[one.service?.id ?? ""];
  if (!service) return one.markup.address === undefined ? "" : hostOf(one.markup.address);
  const { name, provider, country } = service;
  const names = new Set(name === nameOf(one, words) ? [provider] : [name, provider]);
  return [...names].join(words.comma) + (country && ` (${country})`);
};

/** A picture of the page's own or of the policy site. @param {Waiting} one @param {string} base */
const previewOf = ({ markup: { element, preview } }, base) => {
  if (!preview) return undefined;
  const { href, origin } = Object.assign(document.createElement("a"), { href: preview });
  if ([location.origin, new URL(base).origin].includes(origin)) return href;
  tell(
    element,
    "error",
    `the preview ${href} is of another site, which would learn of the visit: put the picture on the page's own`,
  );
  return undefined;
};

/**
 * @param {Waiting} one
 * @param {object} surroundings
 * @param {Document} surroundings.page in which the box will be
 * @param {Words} surroundings.words
 * @param {Locale} surroundings.locale
 * @param {(click: MouseEvent, isAlways: boolean) => void} surroundings.press
 * @returns {Box}
 */
export const createBox = (one, { page, words, locale, press }) => {
  const { categories, policy } = words;
  const service = words.services[one.service?.id ?? ""];
  const name = nameOf(one, words);
  /** @param {string} tag @param {string} kind @param {...(Node | string)} children */
  const create = (tag, kind, ...children) => {
    const element = page.createElement(tag);
    if (kind) element.className = `hold__${kind}`;
    element.append(...children);
    return element;
  };
  /** @param {string} text @param {boolean} isAlways */
  const button = (text, isAlways) => {
    const element = /** @type {HTMLButtonElement} */ (create("button", "button", text));
    element.type = "button";
    element.addEventListener("click", (click) => press(click, isAlways));
    return element;
  };

  const recipient = recipientOf(one, words);
  const names = one.needed.map((id) => categories[id] ?? id).join(words.list);
  const purposes = create("p", "text");
  if (service?.purpose) {
    const purpose = create("span", "", service.purpose);
    if (service.lang) purpose.lang = service.lang;
    purposes.append(words.purpose, words.colon, purpose, " ");
  }
  purposes.append(words.category, words.colon, names, words.stop);
  const once = button(words.once, false);
  const isNamed = service && service.name !== name;
  const always = button(isNamed ? words.always + words.colon + service.name : words.always, true);
  const reason = create("p", "text");
  const panel = create(
    "div",
    "panel",
    create("p", "name", name),
    create("p", "text", recipient ? words.text.replace("{recipient}", recipient) : words.unnamed),
    purposes,
    reason,
    create("p", "buttons", once, always),
  );
  if (policy) {
    const { title, lang, language } = policy;
    const heading = create("bdi", "", title);
    if (lang) heading.lang = lang;
    const link = /** @type {HTMLAnchorElement} */ (create("a", "link", heading));
    if (language) {
      link.hreflang = language.code;
      link.append(` (${language.name})`);
    }
    link.href = new URL(policy.path, locale.hold).href;
    link.target = "_blank";
    link.rel = "noopener";
    // A sandbox of the frame would forbid it to open a tab.
    link.addEventListener("click", (click) => {
      click.preventDefault();
      open(link.href, "_blank", "noopener");
    });
    panel.append(create("p", "text", link));
  }
  const element = create("div", "", panel);
  element.className = "hold";
  element.lang = locale.code;
  element.dir = locale.dir;
  element.setAttribute("role", "group");
  if (name) element.setAttribute("aria-label", name);
  const preview = previewOf(one, locale.hold);
  if (preview) {
    const picture = /** @type {HTMLImageElement} */ (create("img", "preview"));
    picture.alt = "";
    picture.src = preview;
    element.prepend(picture);
  }
  return {
    element,
    /**
     * "Always" allows one service, so it needs one and no further category; neither a signal of the
     * browser nor the visitor's country may deny it. Where the country does, "once" can't work.
     */
    offer: ({ services: running, withheld, gpc }) => {
      const { needed } = one;
      const isDenied = gpc && needed.includes("marketing");
      const isWithheld = withheld.includes(one.service?.id ?? "");
      const isEnough = needed.every(
        (id) => [one.service?.category, "essential"].includes(id) || running[`*${id}`],
      );
      once.hidden = isWithheld;
      always.hidden = isWithheld || isDenied || !one.service || !isEnough;
      reason.hidden = !(isWithheld || isDenied);
      reason.textContent = words[isWithheld ? "withheld" : "gpc"];
    },
  };
};
