/**
 * A button by which visitors find back to their choice, on pages that have forgotten the link to it.
 * It goes when a link comes, and comes back when the link goes.
 */

/** At most so often a page that changes is looked at, in milliseconds. */
const PAUSE = 1000;

/**
 * @param {object} page
 * @param {DOMStringMap} page.tag the `data-` attributes of the script's tag
 * @param {(node: any) => boolean} page.opens whether something is a link to the choices
 * @param {() => Promise<Awaited<ReturnType<typeof import("./question.js").begin>>>} page.question
 */
export const begin = ({ tag, opens, question }) => {
  let isShown = false;
  let isTold = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Whether there is a link, also in open shadow roots. @param {ParentNode} root @returns {boolean} */
  const exists = (root) =>
    [...root.querySelectorAll("*")].some(
      (node) => opens(node) || (node.shadowRoot && exists(node.shadowRoot)),
    );
  /** Whether the page does without. */
  const isUnwanted = () =>
    [tag, document.documentElement.dataset, document.body.dataset].some(
      ({ choices }) => choices === "none",
    );

  const look = async () => {
    timer = undefined;
    const isMissing = !isUnwanted() && !exists(document);
    if (isMissing === isShown) return;
    isShown = isMissing;
    if (isMissing && !isTold) {
      isTold = true;
      console.warn(
        `kelisim: this page has no link to the choices, so it gets a button; add <a href="#kelisim">, or data-choices="none" to the script's tag`,
      );
    }
    const asked = await question();
    // A change of the page may have overtaken the loading.
    asked.hasButton = isShown;
    asked.toggle(".dock__choices", () => isShown);
    if (isShown) asked.showHost();
    else asked.tidy();
  };
  look().catch(() => {});

  const later = () => (timer ??= setTimeout(() => look().catch(() => {}), PAUSE));
  new MutationObserver(later).observe(document, {
    childList: true,
    subtree: true,
    attributeFilter: ["href", "data-choices"],
  });
};
