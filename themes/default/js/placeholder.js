/**
 * Placeholders for gated markup: its source, the categories that it needs, and two buttons. Markup
 * without a frame, such as a visit counter's, shows nothing and gets no placeholder unless it has a
 * `data-label`.
 */

/** The placeholder of each template. @type {WeakMap<HTMLTemplateElement, HTMLElement>} */
const placeholders = new WeakMap();

/**
 * Removes the placeholder, and moves its focus to what is revealed.
 * @param {HTMLTemplateElement} template
 */
export const removeElement = (template) => {
  const place = placeholders.get(template);
  const hadFocus = place?.contains(document.activeElement);
  place?.remove();
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

/** A hidden field of a form. @param {string} name @param {string} value */
const hidden = (name, value) => createElement("input", { type: "hidden", name, value });

/**
 * The form that allows the categories from now on and leaves the others unanswered.
 * @param {string[]} needed
 * @param {string} words
 * @param {string} locale
 */
const form = (needed, words, locale) => {
  const revision =
    /** @type {HTMLElement} */ (document.querySelector("#cc-main")).dataset.revision ?? "";
  const button = createElement("button", { name: "action", value: "allow", textContent: words });
  const form = createElement(
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
 * Hides the form that allows permanently where a category can't be allowed: the banner does not ask
 * about it, or Global Privacy Control denies it.
 */
export const offer = () => {
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
export const substitute = (template, needed) => {
  const frame = template.content.querySelector("iframe");
  if (!template.isConnected || placeholders.has(template) || !(frame || template.dataset.label))
    return;
  const host = /** @type {HTMLElement} */ (document.querySelector("kelisim-banner"));
  const { hold: words, categories } =
    SITE.locales.find(({ code }) => code === host.lang) ?? SITE.locales[0];
  const names = needed.map((name) => categories[name] ?? name).join(", ");
  const once = createElement("button", { type: "button", textContent: words.once });
  const text = words.text
    .replace("{what}", titleOf(template, frame))
    .replace("{categories}", names);
  const place = createElement(
    "kelisim-hold",
    { lang: host.lang, dir: host.dir },
    createElement("p", { textContent: text }),
    once,
    form(needed, words.always, host.lang),
  );
  once.addEventListener("click", () => {
    removeElement(template);
    template.replaceWith(template.content);
  });
  placeholders.set(template, place);
  template.after(place);
  offer();
};
