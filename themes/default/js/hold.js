/**
 * What stands in the place of gated markup that visitors would see: who it would come from, what for, and two buttons. Markup
 * without a frame, such as a counter's, is missed by nobody and has no placeholder unless it has a `data-label`.
 */
import { current } from "./gate.js";
/** @typedef {import("./choice.js").Choice} Choice */

/** By the template. @type {WeakMap<HTMLTemplateElement, HTMLElement>} */
const held = new WeakMap();

/** Takes the placeholder away. @param {HTMLTemplateElement} template */
export const release = (template) => {
  const place = held.get(template);
  const hadFocus = place?.contains(document.activeElement);
  place?.remove();
  const shown = template.content.firstElementChild;
  // Whoever pressed a button of it goes on where it was.
  if (hadFocus && shown instanceof HTMLElement) {
    queueMicrotask(() => {
      if (shown.tabIndex < 0) shown.tabIndex = -1;
      shown.focus();
    });
  }
};

/** What it is: the author's words, else the frame's title, else the host it comes from. @param {HTMLTemplateElement} template @param {HTMLIFrameElement | null} frame */
const nameOf = ({ dataset }, frame) => dataset.label || frame?.title || (frame && new URL(frame.src, location.href).host) || "";

/** @param {string} name @param {Record<string, any>} properties @param {...Node} children */
const make = (name, properties, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** Allows the categories from now on, by the banner's own form. @param {string[]} needed */
const always = (needed) => {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("#cc-main form"));
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[type=checkbox]:enabled"))) {
    box.checked = current()[/** @type {keyof Choice} */ (box.name)] || needed.includes(box.name);
  }
  form.requestSubmit(form.querySelector("[data-role=save]"));
};

/**
 * Puts a placeholder beside a template, once.
 * @param {HTMLTemplateElement} template
 * @param {string[]} needed categories
 */
export const hold = (template, needed) => {
  const frame = template.content.querySelector("iframe");
  if (!template.isConnected || held.has(template) || !(frame || template.dataset.label)) return;
  const host = /** @type {HTMLElement} */ (document.querySelector("kelisim-banner"));
  const { hold: words, categories } = SITE.locales.find(({ code }) => code === host.lang) ?? SITE.locales[0];
  const names = needed.map((name) => categories[name] ?? name).join(", ");
  const once = make("button", { type: "button", textContent: words.once });
  const allow = make("button", { type: "button", textContent: words.always });
  const text = words.text.replace("{what}", nameOf(template, frame)).replace("{categories}", names);
  const place = make("kelisim-hold", { lang: host.lang, dir: host.dir }, make("p", { textContent: text }), once, allow);
  once.addEventListener("click", () => {
    release(template);
    template.replaceWith(template.content);
  });
  allow.addEventListener("click", () => always(needed));
  held.set(template, place);
  template.after(place);
};
