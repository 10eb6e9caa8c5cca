/**
 * Listeners to the page that stay when a script writes it anew: `document.open()` removes all that
 * there are on the document, on its elements and on the window.
 */

/** @type {(() => void)[]} */
const additions = [];

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => unknown} listener
 * @param {boolean} [isCapturing]
 */
export const listen = (target, type, listener, isCapturing) => {
  // A listener that is there already is not added twice.
  const add = () => target.addEventListener(type, listener, isCapturing);
  additions.push(add);
  add();
};

// It replaces the root of the document.
new MutationObserver(() => {
  for (const add of additions) add();
}).observe(document, { childList: true });
