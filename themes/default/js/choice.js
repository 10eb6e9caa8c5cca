/**
 * What a visitor has chosen, from the consent cookie alone. The server writes the cookie;
 * domain/src/cookie.rs describes its forms:
 *
 *     2.<subject>.<state>.<scopes>.<exceptions>.<granted>.<refused>.<issued>.<key>.<mac>
 *     2.-.<refused>.<issued>.<key>.<mac>
 *     1.<subject>.<revision>.<granted[answered]>.<issued>.<key>.<mac>
 */

/** @typedef {{functional: boolean, analytics: boolean, marketing: boolean}} Choice */
/**
 * @typedef {object} State The content of the cookie. Categories are bits of a number, in the order
 *   of `OPTIONAL`; times are in milliseconds since 1970.
 * @property {string} [subject] identifies the browser; missing after an erasure
 * @property {boolean} [isOld] version 1: only the server knows the scopes of its grants
 * @property {boolean} [isConflict] there are cookies of different browsers, so one was planted;
 *   nothing is known
 * @property {number} granted
 * @property {number} refused
 * @property {Partial<Record<keyof Choice, string>>} scopes of each granted category
 * @property {string[]} exceptions services that differ from their category: a key of four
 *   characters and the day of the grant in base 36, or `000` for a refusal
 * @property {number} grantedAt
 * @property {number} refusedAt
 * @property {number} issued
 */
/**
 * @typedef {object} Service An optional service of the register.
 * @property {string} id
 * @property {keyof Choice} category
 * @property {string[]} grants the keys of a grant that covers the service as it is now
 * @property {string} refusal the key of a refusal
 * @property {boolean} [own] whether the operator runs it
 * @property {string[]} [notIn] the countries where it does not run
 */
/**
 * @typedef {object} Facts What the page asks about.
 * @property {number} days for which a grant counts
 * @property {number} refusalDays for which a visitor who refused is not asked again; the law of the
 *   place, which only the server knows, may demand more
 * @property {Partial<Record<keyof Choice, string[]>>} scopes of each category in use the scopes
 *   whose grant covers the present one
 * @property {Service[]} services
 */
/**
 * @typedef {object} Decision
 * @property {Record<keyof Choice, "yes" | "no" | "open">} categories
 * @property {Record<string, boolean>} services those that differ from their category, by id
 * @property {boolean} ask whether only the server can say what may run, or whether to show the
 *   banner
 */

/** The categories that can be refused, in the order of the bits. */
export const OPTIONAL = /** @type {const} */ (["functional", "analytics", "marketing"]);

const DAY = 864e5;
const TIME = "([\\da-z]{1,8})";
const END = `\\.${TIME}\\.\\d{1,3}\\.[\\w-]{22}$`;
/** @param {string} fields */
const form = (fields) => RegExp(`^kelisim_cc_cookie=${fields}${END}`);
const SUBJECT = "([\\w-]{22})";
const ANSWERS = /* @__PURE__ */ form(
  `2\\.${SUBJECT}\\.([0-7])([0-7])[0-2]\\.((?:[\\w-]{4}|~{4})*)\\.((?:[\\w-]{4}[\\da-z]{3})*)\\.${TIME}?\\.${TIME}?`,
);
const ERASED = /* @__PURE__ */ form("2\\.-\\.([0-7])");
const VERSION_1 = /* @__PURE__ */ form(`1\\.${SUBJECT}\\.[\\w-]{8}\\.([0-7])([0-7]?)`);

/**
 * @template Value
 * @param {(name: keyof Choice, bit: number) => Value} value
 * @returns {Record<keyof Choice, Value>}
 */
export const byCategory = (value) =>
  /** @type {any} */ (Object.fromEntries(OPTIONAL.map((name, bit) => [name, value(name, bit)])));

/** @param {number} bits @param {number} bit */
const has = (bits, bit) => Boolean((bits >> bit) & 1);

/** How many of three bits are set. @param {number} bits */
const count = (bits) => OPTIONAL.filter((_, bit) => has(bits, bit)).length;

/** The names of the categories that a digit holds. @param {number} bits */
export const named = (bits) => byCategory((_, bit) => has(bits, bit));

/** @param {string} text seconds in base 36 */
const time = (text) => parseInt(text, 36) * 1000;

/** @param {string} issued @param {Partial<State>} fields @returns {State[]} none if contradictory */
const state = (issued, fields) => {
  const found = {
    granted: 0,
    refused: 0,
    scopes: {},
    exceptions: [],
    grantedAt: time(issued),
    refusedAt: time(issued),
    issued: time(issued),
    ...fields,
  };
  return found.granted & found.refused ? [] : [found];
};

/** @param {string} pair as in `document.cookie` @returns {State[]} none if it has no known form */
const parse = (pair) => {
  const answers = ANSWERS.exec(pair);
  if (answers) {
    const [, subject, granted, refused, scopes, exceptions, grantedAt, refusedAt, issued] = answers;
    const names = OPTIONAL.filter((_, bit) => has(+granted, bit));
    if (scopes.length !== 4 * names.length) return [];
    return state(issued, {
      subject,
      granted: +granted,
      refused: +refused,
      scopes: Object.fromEntries(names.map((name, at) => [name, scopes.slice(4 * at).slice(0, 4)])),
      exceptions: exceptions.match(/.{7}/g) ?? [],
      grantedAt: time(grantedAt ?? issued),
      refusedAt: time(refusedAt ?? issued),
    });
  }
  const erased = ERASED.exec(pair);
  if (erased) return state(erased[2], { refused: +erased[1] });
  const [, subject, granted, answered, issued] = VERSION_1.exec(pair) ?? [];
  return issued
    ? state(issued, {
        isOld: true,
        subject,
        granted: +granted,
        refused: +(answered || 7) & ~granted,
      })
    : [];
};

/**
 * Reads the consent cookie; values of another form are ignored. A browser may hold several, for the
 * host and for domains above it. As on the server, of those of one browser the one issued last
 * counts, of two of the same second the one that grants less.
 * @param {string} cookies as in `document.cookie`
 * @returns {State | undefined}
 */
export const read = (cookies) => {
  const last = cookies
    .split("; ")
    .flatMap(parse)
    .sort((one, other) => one.issued - other.issued || count(other.granted) - count(one.granted));
  const found = last.at(-1);
  return found && last.some(({ subject }) => subject !== found.subject)
    ? { ...state("0", { issued: found.issued })[0], isConflict: true }
    : found;
};

/**
 * @param {State | undefined} found
 * @param {Facts} facts
 * @param {number} now in milliseconds since 1970
 * @returns {Decision}
 */
export const decide = (found, { days, refusalDays, scopes, services }, now) => {
  const { granted, refused, exceptions } = found ?? state("0", {})[0];
  const isYoung = found && found.grantedAt + days * DAY > now;
  const isOldRefusal = found && found.refusedAt + refusalDays * DAY <= now;
  const categories = byCategory((name, bit) => {
    if (has(refused, bit)) return "no";
    if (!has(granted, bit)) return "open";
    const scope = found?.scopes[name] ?? "";
    return isYoung && scopes[name]?.includes(scope) ? "yes" : "open";
  });
  /** @type {Record<string, boolean>} */
  const differing = {};
  for (const { id, grants, refusal } of services) {
    for (const exception of exceptions) {
      const key = exception.slice(0, 4);
      const day = parseInt(exception.slice(4), 36);
      if (!day && key === refusal) differing[id] = false;
      if (day && grants.includes(key) && Math.floor(now / DAY) - day < days) differing[id] ??= true;
    }
  }
  return {
    categories,
    services: differing,
    ask:
      Boolean(found?.isOld) ||
      OPTIONAL.some(
        (name, bit) =>
          scopes[name] && (categories[name] === "open" || (has(refused, bit) && isOldRefusal)),
      ) ||
      services.some(
        ({ id, category, notIn }) =>
          notIn?.length && (differing[id] ?? categories[category] === "yes"),
      ),
  };
};
