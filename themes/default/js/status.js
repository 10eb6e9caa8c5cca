/**
 * The messages of the banner, which are a live region for screen readers. One that asks the visitor
 * to do something, or says that something failed, stays until it is closed or replaced; the others
 * go after some seconds, but not while they are pointed at or hold the focus.
 */

const LASTING = ["unsaved", "unkept", "stale", "stopped", "too_many"];
const SECONDS = 8;
/** For how long a live region must be there before its text to be read out, in milliseconds. */
const NOTICED = 300;

/** Resolves when screen readers have noticed a live region that has just come. */
export const noticed = () => new Promise((resolve) => setTimeout(resolve, NOTICED));

/**
 * Shows one of the texts in the live region instead of the one before.
 * @param {HTMLElement} host the element that holds the banner and its messages
 * @param {string} [name] without it none
 */
export const say = (host, name) => {
  for (const text of /** @type {NodeListOf<HTMLElement>} */ (
    host.querySelectorAll("[data-status]")
  ))
    text.hidden = text.dataset.status !== name;
};

/**
 * @param {import("./embed.js").Question} question the element with the banner and the messages
 */
export const createStatus = (question) => {
  const { host } = question;
  const area = /** @type {HTMLElement} */ (host.querySelector(".dock__status"));
  const close = /** @type {HTMLElement} */ (area.querySelector("[data-role=seen]"));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** Shows a message instead of the one before. @param {string} [name] without it none */
  const announce = async (name) => {
    clearTimeout(timer);
    question.message = name;
    say(host);
    close.hidden = true;
    if (!name) return question.tidy();
    const isNew = !host.isConnected;
    await question.showHost();
    if (isNew) await noticed();
    if (question.message !== name) return;
    say(host, name);
    close.hidden = false;
    if (!LASTING.includes(name)) timer = setTimeout(fade, SECONDS * 1000);
  };
  const fade = () => {
    if (area.matches(":hover, :focus-within")) timer = setTimeout(fade, 1000);
    else announce();
  };
  return announce;
};
