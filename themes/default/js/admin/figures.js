/**
 * Shows the statistics of the service. Rates are computed by the service, which withholds those of
 * small groups; this page computes none.
 */
import { columnChart, definitions, html, percentBar, render, table } from "./dom.js";
import {
  country,
  formatDay,
  language,
  nameOfCategory,
  number,
  percentage,
  translate,
} from "./i18n.js";

/** @typedef {import("./service.js").Stats} Stats */
/** @typedef {import("./service.js").Group} Group */
/** @typedef {import("./service.js").Only} Only */

/** More columns would be thinner than a pixel. */
const MOST_DAYS = 1200;
const DAY = 864e5;

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

/** Whether the site counts shown banners. @param {Stats} stats */
const isCounting = ({ total }) => total.shown > 0;

/** @param {boolean} counting */
const head = (counting) => [
  translate("answers"),
  translate("rate"),
  translate("accept_all"),
  translate("reject_all"),
  translate("withdrawals"),
  translate("dismissals"),
  ...(counting ? [translate("shown"), translate("unanswered")] : []),
];

/** @param {Group} group @param {boolean} counting */
const cells = (group, counting) => [
  number(group.answers),
  rateCell(group.opted_in_percent),
  number(group.accept_all),
  number(group.reject_all),
  number(group.withdrawals),
  number(group.dismissals),
  ...(counting ? [number(group.shown), rateCell(group.unanswered_percent)] : []),
];

/**
 * A table of groups, the one with the most answers first.
 * @param {string} part
 * @param {string} kind
 * @param {Stats} stats
 * @param {Record<string, Group>} groups
 * @param {(id: string) => Element | string} name
 */
const showGroups = (part, kind, stats, groups, name) => {
  const rows = Object.entries(groups)
    .sort(
      ([, one], [, other]) =>
        other.answers - one.answers ||
        other.withdrawals - one.withdrawals ||
        other.shown - one.shown,
    )
    .map(([id, group]) => [name(id), ...cells(group, isCounting(stats))]);
  render(
    part,
    rows.length > 0
      ? table(translate(kind), [translate(kind), ...head(isCounting(stats))], rows)
      : html("p", {}, translate("none")),
  );
};

/**
 * A group's name as a button that shows its days alone.
 * @param {Only["kind"]} kind
 * @param {(id: string) => string} name
 * @returns {(id: string) => Element}
 */
const choosing = (kind, name) => (id) =>
  html("button", { type: "button", class: "pick", "data-kind": kind, "data-name": id }, name(id));

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

/**
 * Charts of what happened on each day.
 * @param {Stats} stats
 * @param {string[]} all the days
 */
const charts = (stats, all) => {
  const of = (/** @type {string} */ iso) => stats.days[iso];
  const ends = [
    all[0],
    ...(all.length > 2 ? [all[Math.floor(all.length / 2)]] : []),
    ...(all.length > 1 ? [all[all.length - 1]] : []),
  ].map(formatDay);
  /**
   * Columns of a rate; hollow where the group is too small to tell it.
   * @param {"opted_in_percent" | "unanswered_percent"} name
   * @param {"answers" | "shown"} whole
   * @param {string} title
   */
  const rates = (name, whole, title) => {
    const told = all.filter((iso) => of(iso)?.[name] != null).length;
    return columnChart({
      title,
      text: translate("chart_rate_text", { what: title, days: all.length, told }),
      scale: [percentage(100), percentage(50), percentage(0)],
      columns: all.map((iso) => ({
        height: of(iso)?.[name] ?? undefined,
        isHollow: of(iso)?.[whole] > 0 && of(iso)[name] === null,
        title: `${formatDay(iso)}: ${of(iso)?.[whole] > 0 ? percentage(of(iso)[name]) : translate("none")}`,
      })),
      ends,
    });
  };
  /** @param {"answers" | "withdrawals" | "dismissals" | "shown"} name */
  const counts = (name) => {
    const most = Math.max(2, ...all.map((iso) => of(iso)?.[name] ?? 0));
    const top = most + (most % 2);
    return columnChart({
      title: translate(name),
      text: translate("chart_count_text", { what: translate(name), days: all.length, most }),
      scale: [number(top), number(top / 2), number(0)],
      columns: all.map((iso) => ({
        height: ((of(iso)?.[name] ?? 0) / top) * 100,
        title: `${formatDay(iso)}: ${number(of(iso)?.[name] ?? 0)}`,
      })),
      ends,
    });
  };
  return [
    rates("opted_in_percent", "answers", translate("chart_rate")),
    counts("answers"),
    counts("withdrawals"),
    counts("dismissals"),
    ...(isCounting(stats)
      ? [counts("shown"), rates("unanswered_percent", "shown", translate("chart_unanswered"))]
      : []),
  ];
};

/** @param {Stats} stats */
const daily = (stats) => {
  const all = daysOf(stats);
  if (all.length === 0) return render("days", html("p", {}, translate("none")));
  const counting = isCounting(stats);
  const isSmall = Object.values(stats.days).some(
    ({ answers, opted_in_percent: percent }) => answers > 0 && percent === null,
  );
  const rows = Object.entries(stats.days)
    .reverse()
    .map(([iso, group]) => [
      html("time", { datetime: iso }, formatDay(iso)),
      ...cells(group, counting),
    ]);
  render(
    "days",
    html("div", { class: "charts" }, ...charts(stats, all)),
    ...(isSmall ? [html("p", { class: "legend" }, translate("chart_few"))] : []),
    table(translate("day"), [translate("day"), ...head(counting)], rows),
  );
};

/** Actions beside the answers, told where there are any. */
const OTHERS = ["custom", "withdraw", "gpc", "service", "dismiss", "allow"];

/** @param {Stats} stats */
const totals = (stats) => {
  const { total: all, events, actions } = stats;
  const figure = (/** @type {string} */ name, /** @type {number} */ value) =>
    html("span", { class: "tiles__value", "data-figure": name }, number(value));
  const rate = (/** @type {string} */ name, /** @type {number | null} */ percent) =>
    html(
      "span",
      { class: percent === null ? "few" : "tiles__value", "data-figure": name },
      percentage(percent),
    );
  /** @type {[string, Element][]} */
  const told = [
    [translate("answers"), figure("answers", all.answers)],
    [translate("rate"), rate("rate", all.opted_in_percent)],
  ];
  for (const action of ["accept_all", "reject_all", ...OTHERS.filter((name) => actions[name])])
    told.push([translate(action), figure(action, actions[action] ?? 0)]);
  told.push([translate("events"), figure("events", events)]);
  if (isCounting(stats)) {
    told.push([translate("shown"), figure("shown", all.shown)]);
    told.push([translate("unanswered"), rate("unanswered", all.unanswered_percent)]);
  }
  render("total", definitions("tiles", told));
};

/**
 * Shows the figures of a period.
 * @param {Stats} stats
 * @param {import("./service.js").Archived[]} archived tells the day on which a revision began
 */
export const display = (stats, archived) => {
  const revision = (/** @type {string} */ id) => {
    const { first_day: day } =
      archived.find(({ kind, revision }) => kind === "revision" && revision === id) ?? {};
    return day ? translate("since", { revision: id, day: formatDay(day) }) : known(id);
  };
  const known = (/** @type {string} */ id) => (id === "unknown" ? translate(id) : id);
  totals(stats);
  daily(stats);
  showGroups("countries", "country", stats, stats.countries, choosing("country", country));
  showGroups("surfaces", "surface", stats, stats.surfaces, choosing("surface", translate));
  showGroups("revisions", "revision", stats, stats.revisions, choosing("revision", revision));
  showGroups("regimes", "regime", stats, stats.regimes, translate);
  showGroups("locales", "locale", stats, stats.locales, language);
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
};
