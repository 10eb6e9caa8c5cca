/** Shows the audit trail: what was done to the log as a whole, and never whose records it concerned. */
import { html, render, table } from "./dom.js";
import { nameOfDeed, nameOfDetail, number, timestamp, translate } from "./i18n.js";
import { trail } from "./service.js";

/** @typedef {import("./service.js").Deed} Deed */

/** The most rows that are shown at once; the kind of action chooses among more. */
const MOST_ROWS = 500;

/** @param {unknown} value */
const detail = (value) =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)
    ? timestamp(value)
    : typeof value === "number"
      ? number(value)
      : typeof value === "string"
        ? value
        : JSON.stringify(value);

/** The details of an entry, in words. @param {Record<string, unknown>} details */
const described = (details) => {
  const told = Object.entries(details ?? {}).filter(([, value]) => value !== null);
  return html(
    "span",
    {},
    ...told.flatMap(([name, value], at) => [
      `${at > 0 ? "; " : ""}${nameOfDetail(name)}: `,
      detail(value),
    ]),
  );
};

/**
 * All entries of the trail, oldest first.
 * @param {string} token
 * @param {(read: number) => void} report after each page
 * @returns {Promise<Deed[]>}
 */
export const readTrail = async (token, report) => {
  /** @type {Deed[]} */
  const all = [];
  for (;;) {
    const page = await trail(all.at(-1)?.number ?? 0, token);
    if (page.length === 0) return all;
    all.push(...page);
    report(all.length);
  }
};

/** The kinds of actions that there are. @param {Deed[]} all */
export const kindsOf = (all) => [...new Set(all.map(({ action }) => action))].sort();

/** Shows entries, the newest first. @param {Deed[]} all @param {string} kind empty: every kind */
export const displayTrail = (all, kind) => {
  const chosen = all.filter(({ action }) => !kind || action === kind).reverse();
  const rows = chosen
    .slice(0, MOST_ROWS)
    .map(({ number: place, time, action, detail }) => [
      number(place),
      timestamp(time),
      nameOfDeed(action),
      described(detail),
    ]);
  render(
    "audit",
    ...(rows.length > 0
      ? [
          table(
            translate("audit_entries"),
            ["audit_number", "audit_time", "audit_action", "audit_detail"].map((name) =>
              translate(name),
            ),
            rows,
            "table--trail",
          ),
        ]
      : [html("p", {}, translate("audit_none"))]),
    ...(chosen.length > rows.length
      ? [
          html(
            "p",
            { class: "hint" },
            translate("audit_more", { shown: rows.length, all: chosen.length }),
          ),
        ]
      : []),
  );
};
