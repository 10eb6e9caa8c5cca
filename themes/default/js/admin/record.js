/** Shows a record in words, how far its receipt proves it, and the text that was shown. */
import { definitions, html, render } from "./dom.js";
import { download } from "./exports.js";
import {
  country,
  formatDay,
  language,
  nameOfCategory,
  nameOfField,
  number,
  timestamp,
  translate,
} from "./i18n.js";
import { check, shownText } from "./receipts.js";
import { toBase64 } from "./tlog.js";

/** @typedef {import("./receipts.js").Receipt} Receipt */
/** @typedef {import("./service.js").Archived} Archived */
/** @typedef {"good" | "bad" | "open"} State `open`: it could not be checked, or nothing says it */
/** @typedef {{state: State, content: (Element | string)[]}} Finding */
/** @typedef {Element | string} Child */

/** @param {State} state @param {string} name @param {Record<string, string | number>} [gaps] */
const finding = (state, name, gaps) => ({ state, content: [translate(name, gaps)] });

/** @param {unknown} value */
const yesOrNo = (value) => translate(value === true ? "yes" : value === false ? "no" : "unknown");

/** @param {unknown} value an ISO 8601 duration of days */
const days = (value) => {
  const [, count] = /^P(\d+)D$/.exec(String(value)) ?? [];
  return count ? translate("days", { days: Number(count) }) : String(value);
};

/** @param {unknown} members @param {(id: string) => string} name */
const switches = (members, name) => {
  const all = Object.entries(members ?? {});
  return all.length === 0
    ? translate("no_services")
    : all.map(([id, is]) => `${name(id)}: ${yesOrNo(is)}`).join("; ");
};

/** @param {unknown} value */
const code = (value) => html("code", {}, String(value));

/**
 * The fields of a record in words. A receipt from elsewhere may hold anything.
 * @param {any} record
 * @param {Archived[]} archived
 */
const fields = (record, archived) => {
  /** @type {Record<string, (value: any) => Child>} */
  const words = {
    action: (value) => translate(String(value)),
    choice: (value) => switches(value, nameOfCategory),
    commitment: code,
    country: (value) => country(String(value)),
    gpc: yesOrNo,
    id: code,
    locale: (value) => language(String(value)),
    regime: (value) => translate(String(value)),
    retention: days,
    revision: (value) => {
      const { first_day: day } =
        archived.find(({ kind, revision }) => kind === "revision" && revision === value) ?? {};
      return day ? translate("since", { revision: value, day: formatDay(day) }) : code(value);
    },
    services: (value) => switches(value, String),
    surface: (value) => translate(String(value)),
    text: code,
    time: timestamp,
    validity: days,
    withdraws: code,
  };
  /** @type {[string, Child][]} */
  const rows = Object.entries(record).map(([id, value]) => [
    nameOfField(id),
    value === null
      ? translate("not_told")
      : Object.hasOwn(words, id)
        ? words[id](value)
        : typeof value === "string"
          ? value
          : JSON.stringify(value),
  ]);
  return definitions("facts", rows);
};

/** What a receipt proves. @param {Receipt} receipt @param {import("./receipts.js").Findings} found */
const proofFindings = ({ head, isDifferent }, { isIncluded, isOwn, signed, cosignatures }) => {
  /** @type {Finding[]} */
  const all = [
    isIncluded
      ? finding("good", "proof_good", { size: head.size })
      : finding("bad", "proof_bad", { size: head.size }),
  ];
  if (isDifferent) all.push(finding("bad", "proof_different"));
  if (!isOwn) all.push(finding("bad", "proof_foreign", { origin: head.origin }));
  else {
    /** @type {Record<string, [State, string]>} */
    const states = {
      valid: ["good", "signed_valid"],
      invalid: ["bad", "signed_invalid"],
      unknown: ["bad", "signed_unknown"],
      unsupported: ["open", "signed_unsupported"],
      unpublished: ["open", "signed_unpublished"],
    };
    const [state, name] = states[signed];
    all.push(finding(state, name, { origin: head.origin }));
  }
  for (const { name, key, time, state } of cosignatures) {
    const iso = new Date(time ?? 0).toISOString();
    if (state === "invalid") all.push(finding("bad", "cosigned_invalid", { name }));
    else if (state === "unsupported") all.push(finding("open", "cosigned_unsupported", { name }));
    else {
      const [before, after] = translate(key?.label === undefined ? "dated" : "cosigned", {
        name: key?.label ?? name,
      }).split("{time}");
      all.push({ state: "good", content: [before, timestamp(iso), after] });
    }
  }
  if (!cosignatures.some(({ key, state }) => key?.label !== undefined && state === "valid"))
    all.push(finding("open", "cosigned_none"));
  return all;
};

/** @param {Receipt} receipt @param {import("./receipts.js").Findings} found */
const proofFacts = ({ proof, head }, { cosignatures }) =>
  definitions("facts", [
    [translate("proof_index"), number(proof.index)],
    [translate("proof_size"), number(head.size)],
    [translate("proof_root"), html("code", {}, toBase64(head.root))],
    [translate("proof_path"), translate("hashes", { hashes: proof.path.length })],
    [translate("proof_origin"), html("code", {}, head.origin)],
    [
      translate("proof_signatures"),
      translate("signatures", {
        signatures: proof.checkpoint.signatures.length,
        known: cosignatures.length,
      }),
    ],
  ]);

/** Elements that stand within a line; all others begin a new one. */
const INLINE = /<\/?(?:a|abbr|b|cite|code|em|i|small|span|strong|sub|sup)\b[^>]*>/g;
const NAMED = /** @type {Record<string, string>} */ ({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
});

/** What stands in a banner for some visits alone. Once the law's list was in it for all of them. */
const CONDITIONAL =
  /<(p|details)\b[^>]*? data-(regime="(\w+)"|status|gpc|withheld)[^>]*>((?!<dl).)*?<\/\1>/gs;
/** The archived settings that a banner names. */
const SETTINGS = /\bdata-settings="\/archive\/([0-9a-f]{64})\.txt"/;

/**
 * The words of archived markup, line by line: without those for other visits and those that stand
 * there after a press.
 * @param {string} markup
 * @param {any} record
 */
const wordsOf = (markup, record) =>
  markup
    .replaceAll(CONDITIONAL, (whole, _, kind, regime) =>
      regime === record?.regime || (kind === "gpc" && record?.gpc) ? whole : "",
    )
    .replaceAll(INLINE, "")
    .replaceAll(/<[^>]*>/g, "\n")
    .replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
      const point = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return (name ? NAMED[name] : point <= 0x10ffff && String.fromCodePoint(point)) || whole;
    })
    .split("\n")
    .map((line) => line.trim())
    // A cross that closes is no word.
    .filter((line) => /[\p{L}\p{N}]/u.test(line));

/**
 * The text that was shown, with the settings that it names.
 * @param {string} hash
 * @returns {Promise<{text: string, isGenuine: boolean}[] | undefined>} undefined if one is missing
 */
const shownTexts = async (hash) => {
  const first = await shownText(hash);
  if (!first?.isGenuine) return first && [first];
  const [, settings] = SETTINGS.exec(first.text) ?? [];
  if (!settings) return [first];
  const second = await shownText(settings);
  return second && [first, second];
};

/**
 * The text that was shown.
 * @param {string} name of the record
 * @param {any} record
 * @param {Archived[]} archived
 * @returns {Promise<{findings: Finding[], content: Element[]}>}
 */
const shown = async (name, record, archived) => {
  if (typeof record?.text !== "string") return { findings: [], content: [] };
  const found = await shownTexts(record.text);
  if (!found) return { findings: [finding("open", "text_missing")], content: [] };
  if (!found.every(({ isGenuine }) => isGenuine))
    return { findings: [finding("bad", "text_changed")], content: [] };
  const { kind, locale } = archived.find(({ sha256 }) => sha256 === record.text) ?? {};
  const lang = locale ?? document.documentElement.lang;
  const lines = kind === "placeholder" ? [] : found.flatMap(({ text }) => wordsOf(text, record));
  const region = (/** @type {string} */ part) => ({
    role: "region",
    "aria-label": `${name}: ${translate(part)}`,
    tabindex: 0,
  });
  const source = html("details", { class: "source" });
  source.append(
    html("summary", {}, translate("text_source")),
    html("pre", region("text_source"), found.map(({ text }) => text).join("\n")),
  );
  return {
    findings: [finding("good", "text_good")],
    content: [
      html("h4", { class: "entry__part" }, translate("text_shown")),
      ...(lines.length > 0
        ? [
            html(
              "div",
              { class: "words", lang, ...region("text_shown") },
              ...lines.map((line) => html("p", {}, line)),
            ),
          ]
        : []),
      source,
    ],
  };
};

/** @param {Finding[]} all */
const listed = (all) =>
  html(
    "ul",
    { class: "checks" },
    ...all.map(({ state, content }) =>
      html("li", { class: `checks__${state}`, "data-state": state }, ...content),
    ),
  );

/** @param {Finding[]} all */
const verdict = (all) => {
  const has = (/** @type {State} */ wanted) => all.some(({ state }) => state === wanted);
  const state = has("bad") ? "bad" : has("open") ? "open" : "good";
  return html(
    "p",
    { class: `verdict verdict--${state}`, "data-verdict": state },
    translate(`verdict_${state}`),
  );
};

/**
 * @param {Receipt} receipt
 * @param {Context} context
 */
const entry = async (receipt, { site, archived, compare }) => {
  const { proof, record, entry: text } = receipt;
  const name = translate("record_number", { index: proof.index });
  const [found, words, kept] = await Promise.all([
    check(receipt, site),
    shown(name, record, archived),
    compare?.(receipt),
  ]);
  const findings = [
    ...proofFindings(receipt, found),
    ...(kept && found.isOwn ? [kept] : []),
    ...words.findings,
  ];
  const save = html("button", { type: "button", class: "press" }, translate("save_receipt"));
  save.addEventListener("click", () =>
    download(new Blob([receipt.text], { type: "text/plain" }), `${site}-${proof.index}.tlog-proof`),
  );
  const isRecord = record && typeof record === "object" && "action" in record;
  return html(
    "article",
    { class: "entry", "data-entry": proof.index },
    html("h3", { class: "entry__title", tabindex: -1 }, name),
    verdict(findings),
    listed(findings),
    html("h4", { class: "entry__part" }, translate("record_fields")),
    isRecord
      ? fields(record, archived)
      : html("pre", { class: "words" }, text ?? translate("record_unreadable")),
    html("h4", { class: "entry__part" }, translate("proof")),
    proofFacts(receipt, found),
    save,
    ...words.content,
  );
};

/**
 * @typedef {object} Context
 * @property {string} site
 * @property {Archived[]} archived
 * @property {(receipt: Receipt) => Promise<Finding | undefined>} [compare] what the log has under
 *   the same number
 */

/**
 * Shows receipts one below the other, and moves the focus there.
 * @param {Receipt[]} receipts
 * @param {Context} context
 */
export const displayReceipts = async (receipts, context) => {
  const all = await Promise.all(receipts.map((receipt) => entry(receipt, context)));
  render("record", ...all);
  /** @type {HTMLElement | null} */ (all[0]?.querySelector("h3"))?.focus();
};

/**
 * Compares a receipt with what the log has under its number.
 * @param {Receipt} receipt
 * @param {Receipt | undefined} kept undefined when the log has none
 * @returns {Finding}
 */
export const comparison = ({ entry }, kept) =>
  kept === undefined
    ? finding("open", "log_none")
    : kept.entry === entry
      ? finding("good", "log_same")
      : finding("bad", "log_other");
