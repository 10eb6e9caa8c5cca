/** The page's words, from its markup, and numbers, days and times as its language writes them. */
import { html } from "./dom.js";

const { words, categories, fields, deeds, details } = JSON.parse(
  document.getElementById("s-words")?.textContent ?? "{}",
);
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
      text.replaceAll(`{${gap}}`, () => (typeof value === "number" ? number(value) : value)),
    words[name] ?? name,
  );

/** Name of a category. @param {string} id @returns {string} */
export const nameOfCategory = (id) => categories[id] ?? id;
/** Name of a record's field. @param {string} id @returns {string} */
export const nameOfField = (id) => fields[id] ?? id;
/** Name of an action in the audit trail. @param {string} id @returns {string} */
export const nameOfDeed = (id) => deeds[id] ?? id;
/** Name of a detail in the audit trail. @param {string} id @returns {string} */
export const nameOfDetail = (id) => details[id] ?? id;

// Chromium lists Kazakh as supported but writes its months as `M11`. In that case dates consist of
// numbers only, in the format of the language `words.like`.
const isKnown = !/M\d/.test(new Intl.DateTimeFormat(lang, { dateStyle: "medium" }).format());
const locale = isKnown ? lang : words.like;
/** @type {Intl.DateTimeFormatOptions} */
const dateOptions = { day: "numeric", month: isKnown ? "short" : "2-digit", year: "numeric" };
/** @type {Intl.DateTimeFormatOptions} */
const timeOptions = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
const numberFormat = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
const sizeFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
// The log counts days in UTC.
const dates = new Intl.DateTimeFormat(locale, { ...dateOptions, timeZone: "UTC" });
const countries = isKnown ? new Intl.DisplayNames(lang, { type: "region" }) : undefined;
const languages = new Intl.DisplayNames(locale, { type: "language", fallback: "none" });
let times = new Intl.DateTimeFormat(locale, { ...dateOptions, ...timeOptions });

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

/** A day of UTC. @param {string} iso `2026-11-20` */
export const formatDay = (iso) => dates.format(new Date(iso));

/** @param {Element} moment */
const writeTime = (moment) => {
  const iso = moment.getAttribute("datetime") ?? "";
  // A receipt may claim any time.
  moment.textContent = Number.isNaN(Date.parse(iso)) ? iso : times.format(new Date(iso));
};

/** A moment in the zone that the reader chose. @param {string | null | undefined} iso */
export const timestamp = (iso) => {
  if (iso === null || iso === undefined) return translate("never");
  const moment = html("time", { datetime: iso, "data-moment": "" });
  writeTime(moment);
  return moment;
};

/** The reader's own zone. */
export const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Writes all moments of the page in a zone. @param {string} zone */
export const setZone = (zone) => {
  times = new Intl.DateTimeFormat(locale, { ...dateOptions, ...timeOptions, timeZone: zone });
  for (const moment of document.querySelectorAll("[data-moment]")) writeTime(moment);
};

/** A language as the site names it, or the browser where the site has no pages in it. @param {string} code */
export const language = (code) => {
  const links = [...document.querySelectorAll(".languages__link")];
  const link = links.find((link) => link.getAttribute("hreflang") === code);
  if (link) return String(link.textContent);
  try {
    return languages.of(code) ?? translate("unknown");
  } catch {
    // A receipt may claim any language.
    return translate("unknown");
  }
};

/** A country with its code. @param {string} code */
export const country = (code) => {
  if (!/^[A-Z]{2}$/.test(code)) return translate("unknown");
  const name = countries?.of(code);
  return name && name !== code ? `${name} (${code})` : code;
};
