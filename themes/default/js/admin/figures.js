/** Shows what the service has counted. Every rate is the service's own: of a small group it tells none, and neither does this page. */
import { bar, columns, facts, make, table } from "./draw.js";
import { category, count, day, language, share, size, time, word } from "./words.js";

/** @typedef {import("./service.js").Stats} Stats */
/** @typedef {import("./service.js").Answers} Answers */

/** More columns would be thinner than a pixel. */
const MOST_DAYS = 1200;
const DAY = 864e5;
/** The clock calls once a night; this much later it has not. */
const OVERDUE = 2 * DAY;

/** @param {string} name @param {...(Element | string)} content */
const put = (name, ...content) =>
  document.querySelector(`[data-part=${name}]`)?.replaceChildren(...content);

/** A rate with its bar. @param {number | null} percent */
const rate = (percent) =>
  percent === null
    ? make("span", { class: "few" }, share(percent))
    : make(
        "span",
        { class: "rate" },
        make("span", { class: "rate__number" }, share(percent)),
        bar(percent),
      );

const HEAD = () => [word("answers"), word("rate"), word("accept_all"), word("reject_all")];
/** @param {Answers} group */
const cells = (group) => [
  count(group.answers),
  rate(group.opted_in_percent),
  count(group.accept_all),
  count(group.reject_all),
];

/** @param {string} part @param {string} kind @param {Record<string, Answers>} groups @param {(id: string) => string} name */
const groups = (part, kind, groups, name) => {
  const rows = Object.entries(groups).map(([id, group]) => [name(id), ...cells(group)]);
  put(
    part,
    rows.length > 0
      ? table(word(kind), [word(kind), ...HEAD()], rows)
      : make("p", {}, word("none")),
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
const byDay = (stats) => {
  const all = daysOf(stats);
  if (all.length === 0) return put("days", make("p", {}, word("none")));
  const of = (/** @type {string} */ iso) => stats.days[iso];
  const most = Math.max(2, ...all.map((iso) => of(iso)?.answers ?? 0));
  const top = most + (most % 2);
  const ends = [
    all[0],
    ...(all.length > 2 ? [all[Math.floor(all.length / 2)]] : []),
    ...(all.length > 1 ? [all[all.length - 1]] : []),
  ].map(day);
  const told = all.filter((iso) => of(iso)?.opted_in_percent != null).length;
  const isHollow = (/** @type {string} */ iso) =>
    of(iso)?.answers > 0 && of(iso).opted_in_percent === null;
  const rates = columns({
    title: word("chart_rate"),
    text: word("chart_rate_text", { days: all.length, told }),
    scale: [share(100), share(50), share(0)],
    columns: all.map((iso) => ({
      height: of(iso)?.opted_in_percent ?? undefined,
      isHollow: isHollow(iso),
      title: `${day(iso)}: ${of(iso)?.answers > 0 ? share(of(iso).opted_in_percent) : word("none")}`,
    })),
    ends,
  });
  const counts = columns({
    title: word("chart_count"),
    text: word("chart_count_text", { days: all.length, most }),
    scale: [count(top), count(top / 2), count(0)],
    columns: all.map((iso) => ({
      height: ((of(iso)?.answers ?? 0) / top) * 100,
      title: `${day(iso)}: ${count(of(iso)?.answers ?? 0)}`,
    })),
    ends,
  });
  const rows = Object.entries(stats.days)
    .reverse()
    .map(([iso, group]) => [make("time", { datetime: iso }, day(iso)), ...cells(group)]);
  put(
    "days",
    make(
      "div",
      { class: "beside" },
      make(
        "div",
        {},
        rates,
        counts,
        ...(all.some(isHollow) ? [make("p", { class: "legend" }, word("chart_few"))] : []),
      ),
      table(word("chart_rate"), [word("day"), ...HEAD()], rows),
    ),
  );
};

/** @param {Stats} stats */
const total = ({ total: all, events, actions }) => {
  const told = /** @type {[string, Element | string][]} */ ([
    [
      word("answers"),
      make("strong", { class: "tiles__value", "data-figure": "answers" }, count(all.answers)),
    ],
    [
      word("rate"),
      make(
        "strong",
        { class: all.opted_in_percent === null ? "few" : "tiles__value", "data-figure": "rate" },
        share(all.opted_in_percent),
      ),
    ],
  ]);
  for (const action of ["accept_all", "reject_all", "custom", "withdraw", "gpc", "allow"]) {
    if (actions[action] || action.endsWith("_all"))
      told.push([
        word(action),
        make("span", { class: "tiles__value", "data-figure": action }, count(actions[action] ?? 0)),
      ]);
  }
  told.push([
    word("events"),
    make("span", { class: "tiles__value", "data-figure": "events" }, count(events)),
  ]);
  put("total", facts("tiles", told));
};

/** @param {Stats} stats @param {import("./service.js").Health | undefined} health */
const log = ({ log: state }, health) => {
  const age = Date.now() - Date.parse(state.checkpoint ?? state.oldest ?? new Date().toISOString());
  const night =
    age > OVERDUE
      ? make("span", { class: "warned" }, `${time(state.checkpoint)} — ${word("overdue")}`)
      : time(state.checkpoint);
  const rows = /** @type {[string, Element | string][]} */ ([
    [
      word("log_state"),
      health?.log ? word("log_up") : make("span", { class: "warned" }, word("log_down")),
    ],
    [word("records"), make("span", { "data-figure": "records" }, count(state.records))],
    [word("bytes"), size(state.bytes)],
    [word("oldest"), time(state.oldest)],
    [word("newest"), time(state.newest)],
    [word("checkpoint"), night],
    [word("last_purge"), time(state.last_purge)],
    [word("purged"), make("span", { "data-figure": "purged" }, count(state.purged))],
  ]);
  if (health)
    rows.push(
      [word("version"), health.version],
      [word("revision"), make("code", {}, health.revision)],
    );
  put("log", facts("facts", rows));
};

/** @param {Stats} stats @param {import("./service.js").Health | undefined} health */
export const show = (stats, health) => {
  total(stats);
  byDay(stats);
  groups("regimes", "regime", stats.regimes, word);
  groups("locales", "locale", stats.locales, language);
  const rows = Object.entries(stats.categories).map(
    ([id, { granted, granted_percent: percent }]) => [category(id), count(granted), rate(percent)],
  );
  put(
    "categories",
    table(word("category"), [word("category"), word("granted"), word("granted_rate")], rows),
  );
  log(stats, health);
};
