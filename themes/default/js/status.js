/**
 * The messages of the banner, which are live regions for screen readers. One that asks the visitor
 * to do something, or says that something failed, stays until it is closed or replaced; the others
 * go after some seconds, but not while they are pointed at or hold the focus.
 */

const LASTING = ["unsaved", "unkept", "stale", "stopped", "too_many"];
const SECONDS = 8;

/** @param {HTMLElement} dock the element that holds the banner and its messages */
export const createStatus = (dock) => {
  const area = /** @type {HTMLElement} */ (dock.querySelector(".dock__status"));
  const close = /** @type {HTMLElement} */ (area.querySelector("[data-role=seen]"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Shows a message instead of the one before. @param {string} [name] without it none */
  const announce = (name) => {
    clearTimeout(timer);
    for (const text of /** @type {NodeListOf<HTMLElement>} */ (
      area.querySelectorAll("[data-status]")
    ))
      text.hidden = text.dataset.status !== name;
    close.hidden = !name;
    if (name && !LASTING.includes(name)) timer = setTimeout(fade, SECONDS * 1000);
  };
  const fade = () => {
    if (area.matches(":hover, :focus-within")) timer = setTimeout(fade, 1000);
    else announce();
  };
  return announce;
};
