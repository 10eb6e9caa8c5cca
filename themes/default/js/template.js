/**
 * Gated templates: nothing in their content is loaded or run while it is there. It is put beside the
 * template, which stays in its place: a framework that has made it finds it there when it removes
 * it, and a page that a navigation library restores from a copy can be gated again.
 */
import { isScriptType } from "./release.js";

/** Marks what was in a template, also in copies of the page. */
const SHOWN = "data-consent-shown";

/** What was in a template, by it. @type {WeakMap<HTMLTemplateElement, ChildNode[]>} */
const shown = new WeakMap();
/** Whether a script that was in a template may run. @type {WeakMap<Element, () => boolean>} */
const inherited = new WeakMap();

/** @param {Element} script */
export const inheritedPermission = (script) => inherited.get(script);

/**
 * Whether a script has put children into a template, where they are ordinary elements of the page
 * (https://html.spec.whatwg.org/multipage/scripting.html#the-template-element).
 * @param {HTMLTemplateElement} template
 */
export const hasLooseContent = (template) => template.childElementCount > 0;

/**
 * Turns a template's scripts into gated ones, which run in their order; otherwise an inline one
 * would run before those that load.
 * @param {HTMLTemplateElement} template
 * @param {() => boolean} isAllowed
 */
const gateScripts = ({ content, dataset }, isAllowed) => {
  for (const script of content.querySelectorAll("script")) {
    if (!script.hasAttribute("data-consent")) {
      if (!isScriptType(script.type)) continue;
      const address = script.getAttribute("src");
      if (address !== null) script.dataset.src = address;
      if (script.type) script.dataset.type = script.type;
      script.dataset.consent = dataset.consent;
      if (dataset.service) script.dataset.service = dataset.service;
      script.type = "text/plain";
      script.removeAttribute("src");
    }
    inherited.set(script, isAllowed);
  }
};

/** What stands behind the copy of a template. @param {HTMLTemplateElement} template */
const findCopies = (template) => {
  const found = [];
  for (let next = template.nextElementSibling; next?.hasAttribute(SHOWN); ) {
    found.push(next);
    next = next.nextElementSibling;
  }
  return found;
};

/**
 * The functions of `Markup` for a template.
 * @param {HTMLTemplateElement} template
 */
export const unfolding = (template) => {
  const present = () =>
    (shown.get(template) ?? findCopies(template)).filter(({ isConnected }) => isConnected);
  const hold = () => {
    const nodes = present();
    for (const node of nodes) if (node instanceof Element) node.removeAttribute(SHOWN);
    template.content.append(...nodes);
    shown.delete(template);
    if (hasLooseContent(template)) template.style.removeProperty("display");
  };
  return {
    /** @param {() => boolean} isAllowed */
    release: (isAllowed) => {
      // Also when the page has removed what it shows.
      if (shown.has(template)) return;
      // What a script has put there is in the page already; it need only be seen.
      if (hasLooseContent(template)) template.style.setProperty("display", "contents", "important");
      // A copy of the page has it already.
      const copies = present();
      if (copies.length) return void shown.set(template, copies);
      gateScripts(template, isAllowed);
      const nodes = [...template.content.childNodes];
      for (const node of nodes) if (node instanceof Element) node.setAttribute(SHOWN, "");
      shown.set(template, nodes);
      template.after(...nodes);
    },
    hold,
    leave: hold,
  };
};

/** What was put beside a template. @param {Element} template @returns {HTMLElement[]} */
export const shownBy = (template) =>
  (shown.get(/** @type {HTMLTemplateElement} */ (template)) ?? []).flatMap((node) =>
    node instanceof HTMLElement && node.isConnected ? [node] : [],
  );
