/**
 * A visitor's choice and the cookie that stores it. The server alone writes the cookie; the page
 * reads it. Its two forms, the second one after an erasure:
 *
 *     1.<subject>.<revision>.<granted[answered]>.<seconds>.<key>.<signature>
 *     2.-.<refused>.<seconds>.<key>.<signature>
 *
 * `granted`, `answered` and `refused` are digits of three bits, `seconds` since 1970 in base 36.
 */

/** @typedef {{functional: boolean, analytics: boolean, marketing: boolean}} Choice */
/**
 * @typedef {object} StoredChoice
 * @property {Choice} choice what is granted
 * @property {Choice} answered what was answered; what is answered and not granted is refused
 * @property {string} [revision] the revision that was answered; undefined after an erasure
 * @property {number} time in milliseconds since 1970
 */

/** The categories that can be refused, in the order of the bits. */
export const OPTIONAL = /** @type {const} */ (["functional", "analytics", "marketing"]);

const FORM =
  /^kelisim_cc_cookie=(?:1\.[\w-]+\.([\w-]{8})\.([0-7])([0-7]?)|2\.-\.7)\.(\w{1,8})\.\d+\.[\w-]+$/;

/** @param {(name: keyof Choice, bit: number) => boolean} isGranted @returns {Choice} */
export const choose = (isGranted) =>
  /** @type {Choice} */ (
    Object.fromEntries(OPTIONAL.map((name, bit) => [name, isGranted(name, bit)]))
  );

export const NONE = choose(() => false);

/** @param {string} digit @returns {Choice} */
const decode = (digit) => choose((_, bit) => Boolean((Number(digit) >> bit) & 1));

/**
 * Parses the consent cookie. A browser may hold several, for the host and for domains above it. As
 * on the server, the one issued last counts, of two of the same second the one that grants less;
 * values of another form are ignored.
 * @param {string} cookies as in `document.cookie`
 * @returns {StoredChoice | undefined}
 */
export const stored = (cookies) =>
  cookies
    .split("; ")
    .flatMap((pair) => {
      const [, revision, granted = "0", answered, seconds] = FORM.exec(pair) ?? [];
      return seconds
        ? {
            revision,
            granted,
            answered: decode(answered || "7"),
            time: parseInt(seconds, 36) * 1000,
          }
        : [];
    })
    .sort((one, other) => other.time - one.time || Number(one.granted) - Number(other.granted))
    .map(({ granted, ...rest }) => ({ ...rest, choice: decode(granted) }))[0];
