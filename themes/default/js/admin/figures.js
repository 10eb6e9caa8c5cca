/**
 * Shows the statistics of the service. Rates are computed by the service, which withholds those of
 * small groups; this page computes none.
 */
import { percentBar, columnChart, definitions, html, table } from "./dom.js";
import {
  bytes,
  formatDay,
  language,
  nameOfCategory,
  number,
  percentage,
  timestamp,
  translate,
} from "./i18n.js";

/** @typedef {import("./service.js").Stats} Stats */
/** @typedef {import("./service.js").Answers} Answers */

/** More columns would be thinner than a pixel. */
const MOST_DAYS = 1200;
const DAY = 864e5;
/**
 * The nightly job stores a checkpoint; when the last one is older than this, the job has not run.
 */
const OVERDUE = 2 * DAY;

/** @param {string} name @param {...(Element | string)} content */
const render = (name, ...content) =>
  document.querySelector(`[data-part=${name}]`)?.replaceChildren(...content);

/** A rate with its bar. @param {number | null} percent */
const rateCell = (percent) =>
  percent === null
    ? html("span", { class: "few" }, percentage(percent))
    : html(
        "span",
        { class: "rate" },
        html("span", { class: "rate__number" }, percentage(percent)),
        percentBar(percent),
      );

const HEAD = () => [
  translate("answers"),
  translate("rate"),
  translate("accept_all"),
  translate("reject_all"),
];
/** @param {Answers} group */
const cells = (group) => [
  number(group.answers),
  rateCell(group.opted_in_percent),
  number(group.accept_all),
  number(group.reject_all),
];

/**
 * @param {string} part
 * @param {string} kind
 * @param {Record<string, Answers>} renderGroups
 * @param {(id: string) => string} name
 */
const groups = (part, kind, renderGroups, name) => {
  const rows = Object.entries(renderGroups).map(([id, group]) => [name(id), ...cells(group)]);
  render(
    part,
    rows.length > 0
      ? table(translate(kind), [translate(kind), ...HEAD()], rows)
      : html("p", {}, translate("none")),
  );
};

/** Every day of the span, also those without an answer. @param {Stats} stats @returns {string[]} */
const daysOf = ({ days, from, to }) => {
  const known = Object.keys(days);
  if (known.length === 0) return [];
  const first = Date.parse(from?.slice(0, 10) ?? known[0]);
  const last = to
    ? Math.min(Date.parse(to.slice(0, 10)) - DAY, Date.now())
    : Date.parse(known[known.length - 1]);
  const all = [];
  for (let at = Math.max(first, last - MOST_DAYS * DAY); at <= last; at += DAY)
    all.push(new Date(at).toISOString().slice(0, 10));
  return all;
};

/** @param {Stats} stats */
const daily = (stats) => {
  const all = daysOf(stats);
  if (all.length === 0) return render("days", html("p", {}, translate("none")));
  const of = (/** @type {string} */ iso) => stats.days[iso];
  const most = Math.max(2, ...all.map((iso) => of(iso)?.answers ?? 0));
  const top = most + (most % 2);
  const ends = [
    all[0],
    ...(all.length > 2 ? [all[Math.floor(all.length / 2)]] : []),
    ...(all.length > 1 ? [all[all.length - 1]] : []),
  ].map(formatDay);
  const told = all.filter((iso) => of(iso)?.opted_in_percent != null).length;
  const isHollow = (/** @type {string} */ iso) =>
    of(iso)?.answers > 0 && of(iso).opted_in_percent === null;
  const rates = columnChart({
    title: translate("chart_rate"),
    text: translate("chart_rate_text", { days: all.length, told }),
    scale: [percentage(100), percentage(50), percentage(0)],
    columns: all.map((iso) => ({
      height: of(iso)?.opted_in_percent ?? undefined,
      isHollow: isHollow(iso),
      title: `${formatDay(iso)}: ${of(iso)?.answers > 0 ? percentage(of(iso).opted_in_percent) : translate("none")}`,
    })),
    ends,
  });
  const counts = columnChart({
    title: translate("chart_count"),
    text: translate("chart_count_text", { days: all.length, most }),
    scale: [number(top), number(top / 2), number(0)],
    columns: all.map((iso) => ({
      height: ((of(iso)?.answers ?? 0) / top) * 100,
      title: `${formatDay(iso)}: ${number(of(iso)?.answers ?? 0)}`,
    })),
    ends,
  });
  const rows = Object.entries(stats.days)
    .reverse()
    .map(([iso, group]) => [html("time", { datetime: iso }, formatDay(iso)), ...cells(group)]);
  render(
    "days",
    html(
      "div",
      { class: "beside" },
      html(
        "div",
        {},
        rates,
        counts,
        ...(all.some(isHollow) ? [html("p", { class: "legend" }, translate("chart_few"))] : []),
      ),
      table(translate("chart_rate"), [translate("day"), ...HEAD()], rows),
    ),
  );
};

/** @param {Stats} stats */
const totals = ({ total: all, events, actions }) => {
  const told = /** @type {[string, Element | string][]} */ ([
    [
      translate("answers"),
      html("strong", { class: "tiles__value", "data-figure": "answers" }, number(all.answers)),
    ],
    [
      translate("rate"),
      html(
        "strong",
        { class: all.opted_in_percent === null ? "few" : "tiles__value", "data-figure": "rate" },
        percentage(all.opted_in_percent),
      ),
    ],
  ]);
  for (const action of [
    "accept_all",
    "reject_all",
    "custom",
    "withdraw",
    "gpc",
    "service",
    "dismiss",
    "allow",
  ]) {
    if (actions[action] || action.endsWith("_all"))
      told.push([
        translate(action),
        html(
          "span",
          { class: "tiles__value", "data-figure": action },
          number(actions[action] ?? 0),
        ),
      ]);
  }
  told.push([
    translate("events"),
    html("span", { class: "tiles__value", "data-figure": "events" }, number(events)),
  ]);
  render("total", definitions("tiles", told));
};

/** @param {Stats} stats @param {import("./service.js").Health | undefined} health */
const renderState = ({ log: state }, health) => {
  const age = Date.now() - Date.parse(state.checkpoint ?? state.oldest ?? new Date().toISOString());
  const checkpoint =
    age > OVERDUE
      ? html(
          "span",
          { class: "warned" },
          `${timestamp(state.checkpoint)} — ${translate("overdue")}`,
        )
      : timestamp(state.checkpoint);
  const rows = /** @type {[string, Element | string][]} */ ([
    [
      translate("log_state"),
      health?.log ? translate("log_up") : html("span", { class: "warned" }, translate("log_down")),
    ],
    [translate("records"), html("span", { "data-figure": "records" }, number(state.records))],
    [translate("bytes"), bytes(state.bytes)],
    [translate("oldest"), timestamp(state.oldest)],
    [translate("newest"), timestamp(state.newest)],
    [translate("checkpoint"), checkpoint],
    [translate("last_purge"), timestamp(state.last_purge)],
    [translate("purged"), html("span", { "data-figure": "purged" }, number(state.purged))],
  ]);
  if (health)
    rows.push(
      [translate("version"), health.version],
      [translate("revision"), html("code", {}, health.revision)],
    );
  render("log", definitions("facts", rows));
};

/** @param {Stats} stats @param {import("./service.js").Health | undefined} health */
export const display = (stats, health) => {
  totals(stats);
  daily(stats);
  groups("regimes", "regime", stats.regimes, translate);
  groups("locales", "locale", stats.locales, language);
  const rows = Object.entries(stats.categories).map(
    ([id, { granted, granted_percent: percent }]) => [
      nameOfCategory(id),
      number(granted),
      rateCell(percent),
    ],
  );
  render(
    "categories",
    table(
      translate("category"),
      [translate("category"), translate("granted"), translate("granted_rate")],
      rows,
    ),
  );
  renderState(stats, health);
};
