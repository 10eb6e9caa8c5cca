/** The operator's page: asks for the token, shows the figures of a period, and exports it. */
import { exporting, save } from "./exports.js";
import { show } from "./figures.js";
import { health, Refusal, statistics } from "./service.js";
import { day, word } from "./words.js";

/** @typedef {import("./service.js").Span} Span */

/** @param {string} name @returns {any} */
const part = (name) => document.querySelector(`[data-admin=${name}]`);

/** Forgotten with the page. */
let token = "";
/** What is shown. @type {{site: string, events: number, span: Span} | undefined} */
let shown;
/** The export that is under way or has failed half-way. @type {{key: string, work: ReturnType<typeof exporting>} | undefined} */
let begun;
/** Stops an export. */
let stopper = new AbortController();

/** What failed, in words. @param {unknown} error */
const reason = (error) => {
  if (!(error instanceof Refusal)) throw error;
  const known = { 400: "f400", 401: "f401", 429: "f429", 503: "f503" };
  return word(known[/** @type {keyof typeof known} */ (error.status)] ?? "f0", {
    seconds: error.seconds,
  });
};

/** @param {string} [text] without one nothing is wrong */
const complain = (text) => {
  part("fault").hidden = !text;
  part("fault").firstElementChild.textContent = text ?? "";
};

/** @returns {Span} */
const chosen = () => ({ from: part("from").value, to: part("to").value });

/** The last days, today included. @param {number} days none: everything */
const choose = (days) => {
  const iso = (/** @type {number} */ ago) =>
    new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10);
  part("from").value = days ? iso(days - 1) : "";
  part("to").value = days ? iso(0) : "";
};

/** @param {boolean} isOpen */
const turn = (isOpen) => {
  part("open").hidden = part("forget").hidden = !isOpen;
  part("closed").hidden = isOpen;
};

/** Asks for the chosen period and shows it. */
const load = async () => {
  const span = chosen();
  complain();
  if (span.from && span.to && span.from > span.to) return complain(word("span"));
  part("status").textContent = word("loading");
  try {
    const [stats, state] = await Promise.all([statistics(span, token), health()]);
    const isFirst = part("open").hidden;
    show(stats, state);
    shown = { site: stats.site, events: stats.events, span };
    turn(true);
    part("token").value = "";
    const [from, to] = [span.from || Object.keys(stats.days)[0], span.to].map((iso) =>
      iso ? day(iso) : "…",
    );
    part("status").textContent = word("loaded", { from, to });
    if (isFirst) document.getElementById("s-answers")?.focus();
  } catch (error) {
    part("status").textContent = "";
    // Whoever's token is taken back sees nothing more.
    if (error instanceof Refusal && error.status === 401) forget();
    complain(reason(error));
  }
};

const forget = () => {
  token = "";
  shown = begun = undefined;
  stopper.abort();
  turn(false);
  for (const place of document.querySelectorAll("[data-part]")) place.replaceChildren();
  for (const name of ["status", "exported"]) part(name).textContent = "";
  part("token").focus();
};

/** @param {boolean} isBusy */
const busy = (isBusy) => {
  for (const button of document.querySelectorAll("[data-export]")) {
    /** @type {HTMLButtonElement} */ (button).disabled = isBusy;
  }
  part("stop").hidden = part("progress").hidden = !isBusy;
};

/** @param {"ndjson" | "csv"} format */
const take = async (format) => {
  if (!shown) return;
  const { site, span, events } = shown;
  const key = JSON.stringify([format, span]);
  if (begun?.key !== key) begun = { key, work: exporting(format, span, token) };
  const { work } = begun;
  const name = [site, span.from, span.to].filter(Boolean).join("_");
  const tell = (/** @type {number | undefined} */ seconds) => {
    const done = work.records();
    // Records may have come in since they were counted.
    const all = Math.max(events, done);
    part("progress").max = all || 1;
    part("progress").value = done;
    part("exported").textContent = seconds
      ? word("export_wait", { seconds, done })
      : word("export_progress", { done, all });
  };
  stopper = new AbortController();
  const { signal } = stopper;
  busy(true);
  tell(undefined);
  try {
    const file = await work.run(signal, tell);
    save(file, `${name}.${format}`);
    part("exported").textContent = word("export_done", {
      done: work.records(),
      file: `${name}.${format}`,
    });
    begun = undefined;
  } catch (error) {
    const said = signal.aborted ? word("export_stopped") : reason(error);
    part("exported").textContent = token
      ? `${said} ${word("export_resume", { done: work.records() })}`
      : "";
  } finally {
    busy(false);
  }
};

part("sign").addEventListener("submit", (/** @type {SubmitEvent} */ submission) => {
  submission.preventDefault();
  token = part("token").value.trim();
  load();
});
part("range").addEventListener("submit", (/** @type {SubmitEvent} */ submission) => {
  submission.preventDefault();
  load();
});
part("range").addEventListener("click", (/** @type {MouseEvent} */ click) => {
  const button = /** @type {Element} */ (click.target).closest("button[data-days]");
  if (!button) return;
  choose(Number(/** @type {HTMLElement} */ (button).dataset.days));
  load();
});
part("retry").addEventListener("click", () => (token ? load() : part("sign").requestSubmit()));
part("forget").addEventListener("click", () => {
  complain();
  forget();
});
part("stop").addEventListener("click", () => stopper.abort());
for (const button of document.querySelectorAll("[data-export]")) {
  button.addEventListener("click", () => take(/** @type {any} */ (button).dataset.export));
}
// The browser would show the page as it was left, figures and all, to whoever comes back to it.
addEventListener("pagehide", forget);

choose(30);
turn(false);
