/** The page's words, from its markup, and numbers and days as its language writes them. */

const { words, categories } = JSON.parse(document.getElementById("s-words")?.textContent ?? "{}");
const lang = document.documentElement.lang;

/**
 * A string of the page with its placeholders replaced.
 * @param {string} name
 * @param {Record<string, string | number>} [gaps]
 * @returns {string}
 */
export const translate = (name, gaps = {}) =>
  Object.entries(gaps).reduce(
    (text, [gap, value]) =>
      text.replaceAll(`{${gap}}`, typeof value === "number" ? number(value) : value),
    words[name] ?? name,
  );

/** Name of a category. @param {string} id @returns {string} */
export const nameOfCategory = (id) => categories[id] ?? id;

// Chromium lists Kazakh as supported but writes its months as `M11`. In that case dates consist of
// numbers only, in the format of the language `words.like`.
const isKnown = !/M\d/.test(new Intl.DateTimeFormat(lang, { dateStyle: "medium" }).format());
const locale = isKnown ? lang : words.like;
/** @type {Intl.DateTimeFormatOptions} */
const dateOptions = isKnown
  ? { dateStyle: "medium" }
  : { day: "2-digit", month: "2-digit", year: "numeric" };
/** @type {Intl.DateTimeFormatOptions} */
const timeOptions = isKnown ? { timeStyle: "short" } : { hour: "2-digit", minute: "2-digit" };
const numberFormat = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
const sizeFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
// The log counts days in UTC.
const dates = new Intl.DateTimeFormat(locale, { ...dateOptions, timeZone: "UTC" });
const timestamps = new Intl.DateTimeFormat(locale, { ...dateOptions, ...timeOptions });

/** @param {number} value */
export const number = (value) => numberFormat.format(value);

/**
 * A percentage, or the note that it is withheld for a small group.
 * @param {number | null} percent
 */
export const percentage = (percent) =>
  percent === null ? translate("few") : percents.format(percent / 100);

/** @param {number} bytes */
export const bytes = (bytes) => `${sizeFormat.format(bytes / 1e6)} MB`;

/** @param {string} iso `2026-11-20` */
export const formatDay = (iso) => dates.format(new Date(iso));

/** A moment in the reader's own zone. @param {string | null} iso */
export const timestamp = (iso) =>
  iso === null ? translate("never") : timestamps.format(new Date(iso));

/** A language as the site names it. @param {string} code */
export const language = (code) =>
  [...document.querySelectorAll(".languages__link")].find(
    (link) => link.getAttribute("hreflang") === code,
  )?.textContent ?? translate("unknown");
