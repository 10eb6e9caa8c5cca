/**
 * What stands in the place of gated markup that visitors would see: who it would come from, what
 * for, and two buttons. Markup without a frame, such as a counter's, is missed by nobody and has no
 * placeholder unless it has a `data-label`.
 */

/** By the template. @type {WeakMap<HTMLTemplateElement, HTMLElement>} */
const placeholders = new WeakMap();

/** Takes the placeholder away. @param {HTMLTemplateElement} template */
export const removeElement = (template) => {
  const place = placeholders.get(template);
  const hadFocus = place?.contains(document.activeElement);
  place?.remove();
  const first = template.content.firstElementChild;
  // Whoever pressed a button of it goes on where it was.
  if (hadFocus && first instanceof HTMLElement) {
    queueMicrotask(() => {
      if (first.tabIndex < 0) first.tabIndex = -1;
      first.focus();
    });
  }
};

/**
 * What it is: the author's words, else the frame's title, else the host it comes from.
 * @param {HTMLTemplateElement} template
 * @param {HTMLIFrameElement | null} frame
 */
const titleOf = ({ dataset }, frame) =>
  dataset.label || frame?.title || (frame && new URL(frame.src, location.href).host) || "";

/** @param {string} name @param {Record<string, any>} properties @param {...Node} children */
const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** A hidden field of a form. @param {string} name @param {string} value */
const hidden = (name, value) => make("input", { type: "hidden", name, value });

/**
 * The form that allows the categories from now on, and says nothing of the others.
 * @param {string[]} needed
 * @param {string} words
 * @param {string} locale
 */
const form = (needed, words, locale) => {
  const revision =
    /** @type {HTMLElement} */ (document.querySelector("#cc-main")).dataset.revision ?? "";
  const button = make("button", { name: "action", value: "allow", textContent: words });
  const form = make(
    "form",
    {},
    hidden("revision", revision),
    hidden("locale", locale),
    hidden("surface", "placeholder"),
    button,
  );
  form.dataset.choices = "placeholder";
  form.append(...needed.filter((name) => name !== "essential").map((name) => hidden(name, "on")));
  return form;
};

/**
 * Offers to allow always only what can be: what the banner asks about and the browser's signal does
 * not deny.
 */
export const update = () => {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
    document.querySelectorAll("kelisim-hold form")
  )) {
    form.hidden = [...form.querySelectorAll("[value=on]")].some((needed) => {
      const name = /** @type {HTMLInputElement} */ (needed).name;
      return !document.querySelector(`#cc-main input[name="${CSS.escape(name)}"]:enabled`);
    });
  }
};

/**
 * Puts a placeholder beside a template, once.
 * @param {HTMLTemplateElement} template
 * @param {string[]} needed categories
 */
export const add = (template, needed) => {
  const frame = template.content.querySelector("iframe");
  if (!template.isConnected || placeholders.has(template) || !(frame || template.dataset.label))
    return;
  const host = /** @type {HTMLElement} */ (document.querySelector("kelisim-banner"));
  const { hold: words, categories } =
    SITE.locales.find(({ code }) => code === host.lang) ?? SITE.locales[0];
  const names = needed.map((name) => categories[name] ?? name).join(", ");
  const once = make("button", { type: "button", textContent: words.once });
  const text = words.text
    .replace("{what}", titleOf(template, frame))
    .replace("{categories}", names);
  const place = make(
    "kelisim-hold",
    { lang: host.lang, dir: host.dir },
    make("p", { textContent: text }),
    once,
    form(needed, words.always, host.lang),
  );
  once.addEventListener("click", () => {
    removeElement(template);
    template.replaceWith(template.content);
  });
  placeholders.set(template, place);
  template.after(place);
  update();
};
