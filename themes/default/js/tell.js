/** Words to whoever makes the page: on the console, once for each element and mistake. */

/** @type {WeakMap<Element, Set<string>>} */
const told = new WeakMap();

/**
 * @param {Element} element
 * @param {"error" | "warn"} severity
 * @param {string} text what is wrong, and what to write instead
 */
export const tell = (element, severity, text) => {
  const before = told.get(element) ?? new Set();
  if (before.has(text)) return;
  told.set(element, before.add(text));
  console[severity](`kelisim: ${text}`, element);
};
