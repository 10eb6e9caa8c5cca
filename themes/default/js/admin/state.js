/** Shows how the log is, and says in a sentence what is wrong and what to do. */
import { definitions, html, render, table } from "./dom.js";
import { bytes, number, timestamp, translate } from "./i18n.js";

/** @typedef {import("./service.js").Stats} Stats */
/** @typedef {import("./service.js").Health} Health */

/**
 * The hourly work publishes checkpoints of what was added; when it waits longer than this, in
 * milliseconds, the work is not done.
 */
const OVERDUE = 2 * 864e5;
/** For how long, in milliseconds, a flood of requests is news. */
const RECENT = 7 * 864e5;

/**
 * A sentence with moments in it, which follow the zone.
 * @param {string} name
 * @param {Record<string, string | number>} [gaps]
 * @param {string | null} [time] fills `{time}`
 */
const sentence = (name, gaps, time) => {
  const [before, ...after] = translate(name, gaps).split("{time}");
  return html("li", {}, before, ...after.flatMap((text) => [timestamp(time), text]));
};

/**
 * What is wrong, the worst first.
 * @param {Stats} stats
 * @param {Health | undefined} health
 */
const problems = ({ log }, health) => {
  const all = [];
  if (log.damaged) all.push(sentence("damaged", { what: log.damaged }));
  if (log.full) all.push(sentence("full"));
  if (!health?.log) all.push(sentence("down"));
  const signed = log.checkpoint ?? log.oldest;
  // A log to which nothing was added needs no new checkpoint.
  const isBehind = log.newest !== null && (!log.checkpoint || log.newest > log.checkpoint);
  if (isBehind && signed && Date.now() - Date.parse(signed) > OVERDUE)
    all.push(sentence("overdue", {}, log.checkpoint));
  if (log.flood && Date.now() - Date.parse(log.flood) < RECENT)
    all.push(sentence("flood", {}, log.flood));
  for (const { name, problem, since } of log.witnesses)
    if (problem) all.push(sentence("witness_fails", { name, problem }, since));
  if (log.archive_problem) all.push(sentence("archive_fails", { problem: log.archive_problem }));
  return all;
};

/** @param {Stats} stats */
const witnesses = ({ log }) =>
  log.witnesses.length === 0
    ? html("p", { class: "hint" }, translate("no_witnesses"))
    : table(
        translate("witnesses"),
        ["witness", "witness_size", "witness_time", "witness_state"].map((name) => translate(name)),
        log.witnesses.map(({ name, size, time, problem }) => [
          name,
          number(size),
          timestamp(time),
          problem ? html("span", { class: "warned" }, problem) : translate("witness_up"),
        ]),
      );

/** @param {Stats} stats @param {Health | undefined} health */
const facts = ({ log }, health) => {
  /** @type {[string, Element | string][]} */
  const rows = [
    [
      translate("log_state"),
      health?.log ? translate("log_up") : html("span", { class: "warned" }, translate("log_down")),
    ],
    [translate("records"), html("span", { "data-figure": "records" }, number(log.records))],
    [translate("minimum_index"), number(log.minimum_index)],
    [translate("bytes"), bytes(log.bytes)],
    [
      translate("archive"),
      log.archive ? translate("bundles", { bundles: log.archive }) : translate("no_archive"),
    ],
    [translate("oldest"), timestamp(log.oldest)],
    [translate("newest"), timestamp(log.newest)],
    [translate("checkpoint"), timestamp(log.checkpoint)],
    [translate("last_purge"), timestamp(log.last_purge)],
    [translate("purged"), html("span", { "data-figure": "purged" }, number(log.purged))],
  ];
  if (health)
    rows.push(
      [translate("version"), health.version],
      [translate("revision"), html("code", {}, health.revision)],
    );
  return definitions("facts", rows);
};

/** @param {Stats} stats @param {Health | undefined} health */
export const displayState = (stats, health) => {
  const wrong = problems(stats, health);
  render(
    "problems",
    ...(wrong.length > 0
      ? [
          html(
            "section",
            { class: "problems", "aria-labelledby": "s-problems" },
            html("h2", { class: "problems__title", id: "s-problems" }, translate("problems")),
            html("ul", {}, ...wrong),
          ),
        ]
      : []),
  );
  render("log", facts(stats, health));
  render("witnesses", witnesses(stats));
};
