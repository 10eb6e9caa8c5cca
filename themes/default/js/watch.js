/**
 * Finds elements in the document and in its open shadow roots, now and later. What a page adds in
 * one task is looked at once; only what was added is searched.
 */

/**
 * @typedef {object} Batch What has changed in one task.
 * @property {Element[]} found elements that were added, or named attributes of which have changed
 * @property {boolean} hasRemovals whether something was removed or moved
 */

/**
 * @param {object} wanted
 * @param {string} wanted.selector
 * @param {string[]} wanted.attributes those whose change counts
 * @param {(batch: Batch) => unknown} wanted.handle
 * @returns {() => void} stops that
 */
export const watch = ({ selector, attributes, handle }) => {
  const observed = { childList: true, subtree: true, attributeFilter: attributes };

  /** Collects what matches below a node, and in the shadow roots there. @param {ParentNode} node @param {Set<Element>} found */
  const collect = (node, found) => {
    for (const element of node.querySelectorAll(selector)) found.add(element);
    for (const { shadowRoot } of node.querySelectorAll("*"))
      if (shadowRoot) enter(shadowRoot, found);
  };
  /** @param {ShadowRoot} root @param {Set<Element>} found */
  const enter = (root, found) => {
    observer.observe(root, observed);
    collect(root, found);
  };
  /** @param {Element} element @param {Set<Element>} found */
  const add = (element, found) => {
    if (element.matches(selector)) found.add(element);
    if (element.shadowRoot) enter(element.shadowRoot, found);
    collect(element, found);
  };

  const observer = new MutationObserver((records) => {
    /** @type {Set<Element>} */
    const found = new Set();
    /** @type {Set<Node>} */
    const searched = new Set();
    let hasRemovals = false;
    for (const { type, target, addedNodes, removedNodes } of records) {
      if (type === "attributes") found.add(/** @type {Element} */ (target));
      hasRemovals ||= removedNodes.length > 0;
      for (const node of addedNodes) {
        // What is below an element that was added before has been searched with it.
        if (
          node instanceof Element &&
          node.isConnected &&
          !searched.has(/** @type {Node} */ (node.parentNode))
        )
          add(node, found);
        searched.add(node);
      }
    }
    if (found.size || hasRemovals)
      handle({ found: [...found].filter(({ isConnected }) => isConnected), hasRemovals });
  });

  const { attachShadow } = Element.prototype;
  /** @this {Element} @param {ShadowRootInit} init */
  const observing = function (init) {
    const root = attachShadow.call(this, init);
    if (init.mode === "open") observer.observe(root, observed);
    return root;
  };
  try {
    // No mutation tells of a shadow root that an element of the page gets later.
    Element.prototype.attachShadow = observing;
  } catch {
    // The page has frozen the prototypes: such roots aren't found.
  }
  observer.observe(document, observed);
  /** @type {Set<Element>} */
  const found = new Set();
  collect(document, found);
  handle({ found: [...found], hasRemovals: false });
  return () => {
    observer.disconnect();
    if (Element.prototype.attachShadow === observing) Element.prototype.attachShadow = attachShadow;
  };
};
