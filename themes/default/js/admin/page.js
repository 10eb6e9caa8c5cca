/** The operator's page: asks for the token, shows the figures of a period, and exports it. */
import { download, exporting } from "./exports.js";
import { display } from "./figures.js";
import { formatDay, translate } from "./i18n.js";
import { health, Refusal, statistics } from "./service.js";

/** @typedef {import("./service.js").Span} Span */

/** @param {string} name @returns {any} */
const control = (name) => document.querySelector(`[data-admin=${name}]`);

/** Held in memory only, cleared when the page is left. */
let token = "";
/**
 * The statistics that are displayed.
 * @type {{site: string, events: number, span: Span} | undefined}
 */
let shown;
/**
 * The export that is under way or has failed half-way.
 * @type {{key: string, work: ReturnType<typeof exporting>} | undefined}
 */
let running;
/** Stops an export. */
let aborter = new AbortController();

/** What failed, in words. @param {unknown} error */
const errorMessage = (error) => {
  if (!(error instanceof Refusal)) throw error;
  const known = { 400: "f400", 401: "f401", 429: "f429", 503: "f503" };
  return translate(known[/** @type {keyof typeof known} */ (error.status)] ?? "f0", {
    seconds: error.seconds,
  });
};

/** @param {string} [text] without it the message is hidden */
const complain = (text) => {
  control("fault").hidden = !text;
  control("fault").firstElementChild.textContent = text ?? "";
};

/** @returns {Span} */
const selected = () => ({ from: control("from").value, to: control("to").value });

/** Sets the period to the last days, today included. @param {number} days 0: all time */
const preset = (days) => {
  const iso = (/** @type {number} */ ago) =>
    new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10);
  control("from").value = days ? iso(days - 1) : "";
  control("to").value = days ? iso(0) : "";
};

/** @param {boolean} isOpen */
const setSignedIn = (isOpen) => {
  control("open").hidden = control("forget").hidden = !isOpen;
  control("closed").hidden = isOpen;
};

/** Requests the statistics of the chosen period and shows them. */
const loadStatistics = async () => {
  const span = selected();
  complain();
  if (span.from && span.to && span.from > span.to) return complain(translate("span"));
  control("status").textContent = translate("loading");
  try {
    const [stats, state] = await Promise.all([statistics(span, token), health()]);
    const isFirst = control("open").hidden;
    display(stats, state);
    shown = { site: stats.site, events: stats.events, span };
    setSignedIn(true);
    control("token").value = "";
    const [from, to] = [span.from || Object.keys(stats.days)[0], span.to].map((iso) =>
      iso ? formatDay(iso) : "…",
    );
    control("status").textContent = translate("loaded", { from, to });
    if (isFirst) document.getElementById("s-answers")?.focus();
  } catch (error) {
    control("status").textContent = "";
    // A revoked token clears the page.
    if (error instanceof Refusal && error.status === 401) reset();
    complain(errorMessage(error));
  }
};

const reset = () => {
  token = "";
  shown = running = undefined;
  aborter.abort();
  setSignedIn(false);
  for (const place of document.querySelectorAll("[data-part]")) place.replaceChildren();
  for (const name of ["status", "exported"]) control(name).textContent = "";
  control("token").focus();
};

/** @param {boolean} isBusy */
const busy = (isBusy) => {
  for (const button of document.querySelectorAll("[data-export]")) {
    /** @type {HTMLButtonElement} */ (button).disabled = isBusy;
  }
  control("stop").hidden = control("progress").hidden = !isBusy;
};

/** @param {"ndjson" | "csv"} format */
const take = async (format) => {
  if (!shown) return;
  const { site, span, events } = shown;
  const key = JSON.stringify([format, span]);
  if (running?.key !== key) running = { key, work: exporting(format, span, token) };
  const { work } = running;
  const name = [site, span.from, span.to].filter(Boolean).join("_");
  const progress = (/** @type {number | undefined} */ seconds) => {
    const done = work.records();
    // Records may have come in since they were counted.
    const all = Math.max(events, done);
    control("progress").max = all || 1;
    control("progress").value = done;
    control("exported").textContent = seconds
      ? translate("export_wait", { seconds, done })
      : translate("export_progress", { done, all });
  };
  aborter = new AbortController();
  const { signal } = aborter;
  busy(true);
  progress(undefined);
  try {
    const file = await work.run(signal, progress);
    download(file, `${name}.${format}`);
    control("exported").textContent = translate("export_done", {
      done: work.records(),
      file: `${name}.${format}`,
    });
    running = undefined;
  } catch (error) {
    const text = signal.aborted ? translate("export_stopped") : errorMessage(error);
    control("exported").textContent = token
      ? `${text} ${translate("export_resume", { done: work.records() })}`
      : "";
  } finally {
    busy(false);
  }
};

control("sign").addEventListener("submit", (/** @type {SubmitEvent} */ submission) => {
  submission.preventDefault();
  token = control("token").value.trim();
  loadStatistics();
});
control("range").addEventListener("submit", (/** @type {SubmitEvent} */ submission) => {
  submission.preventDefault();
  loadStatistics();
});
control("range").addEventListener("click", (/** @type {MouseEvent} */ click) => {
  const button = /** @type {Element} */ (click.target).closest("button[data-days]");
  if (!button) return;
  preset(Number(/** @type {HTMLElement} */ (button).dataset.days));
  loadStatistics();
});
control("retry").addEventListener("click", () =>
  token ? loadStatistics() : control("sign").requestSubmit(),
);
control("forget").addEventListener("click", () => {
  complain();
  reset();
});
control("stop").addEventListener("click", () => aborter.abort());
for (const button of document.querySelectorAll("[data-export]")) {
  button.addEventListener("click", () => take(/** @type {any} */ (button).dataset.export));
}
// The back/forward cache would show the figures again to whoever goes back to this page.
addEventListener("pagehide", reset);

preset(30);
setSignedIn(false);
