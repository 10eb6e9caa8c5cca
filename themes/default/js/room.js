/**
 * Room for the banner: what has the focus is never hidden by it, the last lines of a page can be
 * scrolled above it, and nothing on the page moves or grows. The page's root gets no padding, of
 * which layouts of full height would take their part.
 */

/** What shows the focus around an element, in pixels. */
const OUTLINE = 8;

/** Chain of elements and shadow roots that can scroll. @param {EventTarget[]} path */
const scrollers = (path) =>
  /** @type {Element[]} */ (path).filter((node) => {
    if (!(node instanceof Element)) return false;
    const { overflowY } = getComputedStyle(node);
    return node === document.scrollingElement
      ? !/hidden|clip/.test(overflowY)
      : /auto|scroll/.test(overflowY);
  });

/**
 * Makes room for an element at the lower edge of the screen, for as long as it is seen.
 * @param {HTMLElement} element
 * @param {(inset: string) => void} move puts it to another edge: to the upper one, where what has the
 *   focus can't be scrolled from under it
 * @returns {() => void} ends it
 */
export const makeRoom = (element, move) => {
  const root = document.documentElement;
  /** @type {CSSStyleSheet | undefined} */
  let sheet;
  try {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    // Safari before 16.4: the last lines are reached when the banner is closed.
  }
  // The page may use one of them itself.
  const pseudo = ["::after", "::before"].find((name) =>
    /^(none|normal)$/.test(getComputedStyle(root, name).content),
  );

  let rules = "";
  /** @param {string} text */
  const write = (text) => {
    if (text !== rules) sheet?.replaceSync(text);
    rules = text;
  };
  const measure = () => {
    const { scrollLeft: left, scrollTop: top } = root;
    const hadRoom = rules !== "";
    write("");
    const { scrollHeight, clientHeight } = root;
    const around = /** @type {Element} */ (element.parentElement).getBoundingClientRect();
    const { top: upper, height: own } = element.getBoundingClientRect();
    const height = own && Math.ceil(around.bottom - upper) + OUTLINE;
    // On a page that does not scroll it would make it scroll.
    write(
      pseudo && height && scrollHeight > clientHeight
        ? `@media screen{:root{scroll-padding-block-end:${height}px}:root${pseudo}{content:"";position:absolute;inset:calc(${scrollHeight}px + 2em) auto auto 0;inline-size:1px;block-size:${height}px;visibility:hidden}}`
        : "",
    );
    // Without its own room the page may have been shorter than it was scrolled. Otherwise it would
    // only be laid out once more, at once.
    if (hadRoom) root.scrollTo({ left, top, behavior: "instant" });
  };
  const sizes = new ResizeObserver(measure);
  for (const node of [element, root, document.body]) if (node) sizes.observe(node);

  /** Shows what gets the focus. @param {FocusEvent} event */
  const reveal = (event) => {
    const path = event.composedPath();
    const target = /** @type {Element} */ (path[0]);
    if (path.includes(element) || target === document.body || !element.offsetHeight) return;
    move("auto 0 0");
    /** How much of it is covered, in pixels. */
    const overlap = () => {
      const own = element.getBoundingClientRect();
      const { left, right, height, bottom } = target.getBoundingClientRect();
      const isBeside = left >= own.right || right <= own.left;
      // What is higher than the screen above the banner is seen in any case.
      return isBeside || height > own.top ? 0 : Math.ceil(bottom - own.top);
    };
    for (const node of scrollers(path))
      if (overlap() > 0) node.scrollBy({ top: overlap(), behavior: "instant" });
    if (overlap() > 0) move("0 0 auto");
  };
  addEventListener("focusin", reveal, true);

  return () => {
    sizes.disconnect();
    removeEventListener("focusin", reveal, true);
    document.adoptedStyleSheets = document.adoptedStyleSheets?.filter((one) => one !== sheet);
  };
};
