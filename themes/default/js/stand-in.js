/**
 * An empty frame where another one will be, of the same size: the page's style treats both alike.
 * It takes the place of a frame in a template, and of a sandboxed one, into whose document nothing
 * can be drawn.
 */

const ATTRIBUTES = [
  "class",
  "width",
  "height",
  "title",
  "align",
  "frameborder",
  "scrolling",
  "dir",
];
/** Elements around a frame that have no behaviour of their own. */
const WRAPPERS = "div, p, span, center, figure, section, article, aside, main";

/** @param {HTMLElement} element */
const bareCopy = (element) => {
  const copy = document.createElement(element.localName);
  for (const name of ATTRIBUTES) {
    const value = element.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  const { cssText } = element.style;
  // Nothing is loaded. Through the object model, which content security policies leave alone.
  if (!/url|image|src/i.test(cssText)) copy.style.cssText = cssText;
  return copy;
};

/**
 * @param {HTMLIFrameElement} frame
 * @param {boolean} isWrapped whether elements around it belong to it: it is in a template
 * @returns {{top: HTMLElement, frame: HTMLIFrameElement}} what to put into the page, and the frame
 *   in it
 */
export const standIn = (frame, isWrapped) => {
  const copy = /** @type {HTMLIFrameElement} */ (bareCopy(frame));
  /** @type {HTMLElement} */
  let top = copy;
  let around = isWrapped ? frame.parentElement : null;
  for (; around?.matches(WRAPPERS); around = around.parentElement) {
    const wrapper = bareCopy(around);
    wrapper.append(top);
    top = wrapper;
  }
  return { top, frame: copy };
};
