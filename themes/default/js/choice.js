/**
 * A visitor's choice and the cookie that keeps it. The server alone writes the cookie; the page reads it:
 * `1.<subject>.<revision>.<granted, a digit of three bits>.<seconds since 1970, base 36>.<key>.<signature>`
 */

/** @typedef {{functional: boolean, analytics: boolean, marketing: boolean}} Choice */
/** @typedef {{choice: Choice, revision: string, time: number}} Saved `time` in milliseconds since 1970 */

/** What can be refused, in the order of the bits. */
export const OPTIONAL = /** @type {const} */ (["functional", "analytics", "marketing"]);

/** @param {(name: keyof Choice, bit: number) => boolean} isGranted @returns {Choice} */
export const choose = (isGranted) =>
  /** @type {Choice} */ (Object.fromEntries(OPTIONAL.map((name, bit) => [name, isGranted(name, bit)])));

export const NONE = choose(() => false);

/** What the cookie says; a value that makes no sense has a time that is not a number. @param {string} cookies as in `document.cookie` @returns {Saved | undefined} */
export const saved = (cookies) => {
  const fields = `; ${cookies}`.split("; kelisim_cc_cookie=1.")[1]?.split(".");
  if (!fields) return undefined;
  const [, revision, granted, seconds] = fields;
  // `undefined` would be a number to the base of 36.
  return { revision, choice: choose((_, bit) => Boolean((Number(granted) >> bit) & 1)), time: parseInt(seconds ?? "", 36) * 1000 };
};
