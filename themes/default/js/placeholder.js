/**
 * Placeholders for gated markup: its source, the categories that it needs, and two buttons. Markup
 * without a frame, such as a visit counter's, shows nothing and gets no placeholder unless it has a
 * `data-label`.
 */
import { banner } from "./facts.js";

/** @typedef {import("./gate.js").Markup} Markup */
/** @typedef {import("./permission.js").Permission} Permission */

/** The longest time between the clicks of a double click, in milliseconds, as usual systems count. */
const DOUBLE_CLICK = 500;
/** The placeholder of each template. @type {WeakMap<HTMLTemplateElement, HTMLElement>} */
const placeholders = new WeakMap();
/** The markup of each placeholder. @type {WeakMap<HTMLElement, Markup>} */
const markups = new WeakMap();

/**
 * Removes the placeholder, and moves its focus to what is revealed.
 * @param {HTMLTemplateElement} template
 */
export const removeElement = (template) => {
  const place = placeholders.get(template);
  const hadFocus = place?.contains(document.activeElement);
  place?.remove();
  placeholders.delete(template);
  const content = template.content.firstElementChild;
  if (hadFocus && content instanceof HTMLElement) {
    queueMicrotask(() => {
      if (content.tabIndex < 0) content.tabIndex = -1;
      content.focus();
    });
  }
};

/**
 * A name for the content: `data-label`, else the frame's title, else the frame's host.
 * @param {HTMLTemplateElement} template
 * @param {HTMLIFrameElement | null} frame
 */
const titleOf = ({ dataset }, frame) =>
  dataset.label || frame?.title || (frame && new URL(frame.src, location.href).host) || "";

/** @param {string} name @param {Record<string, any>} properties @param {...Node} children */
const createElement = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/**
 * The form that allows one service from now on and leaves everything else as it is.
 * @param {Markup} markup
 * @param {string} words
 * @param {string} locale
 */
const form = ({ service }, words, locale) => {
  const fields = {
    revision: banner.dataset.revision,
    locale,
    surface: "placeholder",
    service: service?.id,
  };
  const form = createElement(
    "form",
    {},
    ...Object.entries(fields).map(([name, value]) =>
      createElement("input", { type: "hidden", name, value }),
    ),
    createElement("button", { name: "action", value: "service", textContent: words }),
  );
  form.dataset.choices = "placeholder";
  return form;
};

/**
 * Shows which buttons help, and the reason where one doesn't. "Always" allows one service, so it
 * needs one that the register knows and no further category; neither the browser's signal nor the
 * visitor's country may deny it. Where the country denies it, "once" is not offered either.
 * @param {Permission} permitted
 * @param {NodeListOf<HTMLElement> | HTMLElement[]} [places]
 */
export const offer = (
  { services, withheld, gpc },
  places = document.querySelectorAll("kelisim-hold"),
) => {
  for (const place of places) {
    const { needed, service } = /** @type {Markup} */ (markups.get(place));
    const isDenied = gpc && needed.includes("marketing");
    const isWithheld = withheld.includes(service?.id ?? "");
    const isEnough = needed.every(
      (name) => [service?.category, "essential"].includes(name) || services[`*${name}`],
    );
    const [, once, always, reason] = /** @type {HTMLCollectionOf<HTMLElement>} */ (place.children);
    once.hidden = isWithheld;
    always.hidden = isWithheld || isDenied || !service || !isEnough;
    reason.hidden = !(isWithheld || isDenied);
    reason.textContent =
      banner.querySelector(isWithheld ? "[data-withheld]" : "[data-gpc]")?.textContent ?? "";
  }
};

/**
 * Lets frames ignore the second click of a double click that was meant for the button in their
 * place: a page can't see the clicks in them.
 * @param {HTMLTemplateElement} template
 */
const shield = ({ content }) => {
  for (const frame of content.querySelectorAll("iframe")) {
    const { pointerEvents } = frame.style;
    frame.style.pointerEvents = "none";
    setTimeout(() => (frame.style.pointerEvents = pointerEvents), DOUBLE_CLICK);
  }
};

/**
 * Puts a placeholder beside a template, once.
 * @param {HTMLTemplateElement} template
 * @param {Markup} markup
 * @param {Permission} permitted
 */
export const substitute = (template, markup, permitted) => {
  const frame = template.content.querySelector("iframe");
  if (!template.isConnected || placeholders.has(template) || !(frame || template.dataset.label))
    return;
  const host = /** @type {HTMLElement} */ (document.querySelector("kelisim-banner"));
  const { hold: words, categories } =
    SITE.locales.find(({ code }) => code === host.lang) ?? SITE.locales[0];
  const names = markup.needed.map((name) => categories[name] ?? name).join(", ");
  const once = createElement("button", { type: "button", textContent: words.once });
  const text = words.text
    .replace("{what}", titleOf(template, frame))
    .replace("{categories}", names);
  const place = createElement(
    "kelisim-hold",
    { lang: host.lang, dir: host.dir },
    createElement("p", { textContent: text }),
    once,
    form(markup, words.always, host.lang),
    createElement("p", {}),
  );
  once.addEventListener("click", () => {
    shield(template);
    removeElement(template);
    template.replaceWith(template.content);
  });
  placeholders.set(template, place);
  markups.set(place, markup);
  offer(permitted, [place]);
  template.after(place);
};
