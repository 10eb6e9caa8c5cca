/**
 * A visitor's choice and the cookie that keeps it. The server alone writes the cookie; the page reads it:
 * `1.<subject>.<revision>.<granted, a digit of three bits>.<seconds since 1970, base 36>.<key>.<signature>`
 */

/** @typedef {{functional: boolean, analytics: boolean, marketing: boolean}} Choice */
/** @typedef {{choice: Choice, revision: string, time: number}} Saved `time` in milliseconds since 1970 */

/** What can be refused, in the order of the bits. */
export const OPTIONAL = /** @type {const} */ (["functional", "analytics", "marketing"]);

/** @param {(name: keyof Choice, index: number) => boolean} isGranted @returns {Choice} */
export const choose = (isGranted) =>
  /** @type {Choice} */ (Object.fromEntries(OPTIONAL.map((name, index) => [name, isGranted(name, index)])));

/** @param {string} cookies what `document.cookie` says @returns {Saved | undefined} */
export const saved = (cookies) => {
  const found = /(?:^|; )kelisim_cc_cookie=1\.[^.]*\.([^.]*)\.([0-7])\.([0-9a-z]+)\./.exec(cookies);
  if (found) {
    const bits = Number(found[2]);
    return { revision: found[1], choice: choose((_, index) => Boolean((bits >> index) & 1)), time: parseInt(found[3], 36) * 1000 };
  }
};
