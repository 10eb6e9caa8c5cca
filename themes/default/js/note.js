/** The note of the last submission as it stands in local storage; `pending.js` says what it is for. */

/** @typedef {import("./pending.js").Press} Press */

/** Key in local storage, and name of the Web Lock. */
export const NOTE = "kelisim_press";

/** The note; without `words` it holds only the secret. @returns {Partial<Press> | undefined} */
export const note = () => {
  try {
    return JSON.parse(String(localStorage.getItem(NOTE))) ?? undefined;
  } catch {
    // The page has no storage, or another script of the origin has written something else.
    return undefined;
  }
};

/**
 * Replaces the note.
 * @param {Partial<Press>} [press] without it the note is removed
 * @returns {boolean} whether it is kept: not where storage is blocked or full
 */
export const keepNote = (press) => {
  try {
    // Removed first, so that an older one does not remain if the quota is exceeded.
    localStorage.removeItem(NOTE);
    if (press) localStorage.setItem(NOTE, JSON.stringify(press));
    return true;
  } catch {
    return false;
  }
};
