/**
 * The operator's page: asks for the token, shows the figures of a period and how the log is, looks
 * up records and checks receipts, shows the audit trail, and exports.
 */
import { displayTrail, kindsOf, readTrail } from "./audit.js";
import { html, render } from "./dom.js";
import { download, exporting, Incomplete } from "./exports.js";
import { display } from "./figures.js";
import { country, formatDay, nameOfDeed, ownZone, setZone, translate } from "./i18n.js";
import { MAX_LENGTH, OldReceipt, readReceipt, readReceipts } from "./receipts.js";
import { comparison, displayReceipts } from "./record.js";
import { archive, health, record, Refusal, statistics } from "./service.js";
import { displayState } from "./state.js";
import { InvalidText } from "./tlog.js";

/** @typedef {import("./service.js").Span} Span */
/** @typedef {import("./service.js").Only} Only */

/** @param {string} name @returns {any} */
const control = (name) => document.querySelector(`[data-admin=${name}]`);

/** Held in memory only, cleared when the page is left. */
let token = "";
/** A part of the events that the figures are of. @type {Only | undefined} */
let only;
/**
 * The statistics that are displayed.
 * @type {{site: string, events: number, span: Span,
 *   archived: import("./service.js").Archived[]} | undefined}
 */
let shown;
/** The audit trail, once it was read. @type {import("./service.js").Deed[]} */
let deeds = [];
/**
 * The export that is under way or has failed half-way.
 * @type {{key: string, work: ReturnType<typeof exporting>} | undefined}
 */
let running;
/** Stops an export. */
let aborter = new AbortController();

/** What failed, in words. @param {unknown} error */
const errorMessage = (error) => {
  if (error instanceof Incomplete) return translate("incomplete");
  if (error instanceof OldReceipt) return translate("receipt_old");
  if (error instanceof InvalidText) return translate("receipt_unreadable");
  if (!(error instanceof Refusal)) throw error;
  const known = { 400: "f400", 401: "f401", 404: "f404", 410: "f410", 429: "f429", 503: "f503" };
  return translate(known[/** @type {keyof typeof known} */ (error.status)] ?? "f0", {
    seconds: error.seconds,
  });
};

/** A token that was taken back clears the page. @param {unknown} error */
const isRevoked = (error) => {
  if (!(error instanceof Refusal && error.status === 401)) return false;
  reset();
  complain(errorMessage(error));
  return true;
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

/** Names the part of the events that is shown. */
const describePart = () => {
  const name = only && (only.kind === "country" ? country(only.name) : translate(only.name));
  control("only").hidden = !only;
  control("only").firstElementChild.textContent = only
    ? translate("only", { kind: translate(only.kind), name: String(name) })
    : "";
};

/** Requests the statistics of the chosen period and shows them. */
const loadStatistics = async () => {
  const span = selected();
  complain();
  if (span.from && span.to && span.from > span.to) return complain(translate("span"));
  control("status").textContent = translate("loading");
  try {
    const [stats, state, archived] = await Promise.all([
      statistics(span, only, token),
      health(),
      archive(),
    ]);
    const isFirst = control("open").hidden;
    display(stats, archived);
    displayState(stats, state);
    describePart();
    shown = { site: stats.site, events: only ? 0 : stats.events, span, archived };
    setSignedIn(true);
    control("token").value = "";
    const [from, to] = [span.from || Object.keys(stats.days)[0], span.to].map((iso) =>
      iso ? formatDay(iso) : "…",
    );
    control("status").textContent = translate("loaded", { from, to });
    if (isFirst) document.getElementById("s-answers")?.focus();
  } catch (error) {
    control("status").textContent = "";
    if (!isRevoked(error)) complain(errorMessage(error));
  }
};

const reset = () => {
  token = "";
  shown = running = only = undefined;
  deeds = [];
  aborter.abort();
  setSignedIn(false);
  for (const place of document.querySelectorAll("[data-part]")) place.replaceChildren();
  for (const name of ["status", "exported", "found", "read"]) control(name).textContent = "";
  for (const name of ["receipt", "file"]) control(name).value = "";
  control("kind").parentElement.hidden = true;
  control("token").focus();
};

/** The receipt of a record of the log; undefined when it has none. @param {number} index */
const receiptOf = async (index) => {
  try {
    const { receipt, record: beside } = await record(index, token);
    return readReceipt(receipt, beside);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return undefined;
    throw error;
  }
};

/** Shows the record of a number, or what a receipt says. */
const lookUp = async () => {
  const text = control("receipt").value.trim();
  if (!shown || !text) return;
  const { site, archived } = shown;
  render("record");
  control("found").textContent = translate("loading");
  try {
    if (/^\d{1,15}$/.test(text)) {
      const receipt = await receiptOf(Number(text));
      if (!receipt) throw new Refusal(404);
      await displayReceipts([receipt], { site, archived });
    } else {
      const compare = async (/** @type {import("./receipts.js").Receipt} */ receipt) =>
        comparison(receipt, await receiptOf(receipt.proof.index));
      await displayReceipts(readReceipts(text), { site, archived, compare });
    }
    control("found").textContent = "";
  } catch (error) {
    if (!isRevoked(error)) control("found").textContent = errorMessage(error);
  }
};

/** Puts a file's text into the field. @param {File | undefined} file */
const readFile = async (file) => {
  if (!file) return;
  control("receipt").value = file.size > MAX_LENGTH ? "…" : await file.text();
  await lookUp();
};

/** Reads the audit trail and shows it. */
const loadTrail = async () => {
  try {
    deeds = await readTrail(token, (read) => {
      control("read").textContent = translate("audit_progress", { read });
    });
    control("read").textContent = translate("audit_progress", { read: deeds.length });
    control("kind").replaceChildren(
      html("option", { value: "" }, translate("audit_all")),
      ...kindsOf(deeds).map((kind) => html("option", { value: kind }, nameOfDeed(kind))),
    );
    control("kind").parentElement.hidden = deeds.length === 0;
    displayTrail(deeds, "");
  } catch (error) {
    if (!isRevoked(error)) control("read").textContent = errorMessage(error);
  }
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
    const all = work.total() ?? Math.max(events, done);
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
    // What was read can't become whole any more.
    const isLost =
      error instanceof Incomplete || (error instanceof Refusal && error.status === 410);
    if (isLost) running = undefined;
    const then = isLost ? "export_again" : "export_resume";
    control("exported").textContent = token
      ? `${text} ${translate(then, { done: work.records() })}`
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
control("open").addEventListener("click", (/** @type {MouseEvent} */ click) => {
  const button = /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (click.target).closest("button[data-kind]")
  );
  if (!button) return;
  const { kind, name } = /** @type {any} */ (button.dataset);
  only = { kind, name };
  loadStatistics().then(() => control("only").querySelector("button").focus());
});
control("whole").addEventListener("click", () => {
  only = undefined;
  loadStatistics().then(() => document.getElementById("s-answers")?.focus());
});
control("lookup").addEventListener("submit", (/** @type {SubmitEvent} */ submission) => {
  submission.preventDefault();
  lookUp();
});
control("file").addEventListener("change", () => readFile(control("file").files?.[0]));
control("trail").addEventListener("click", loadTrail);
control("kind").addEventListener("change", () => displayTrail(deeds, control("kind").value));
control("zone").addEventListener("change", () => setZone(control("zone").value));
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

control("zone").append(
  html("option", { value: ownZone }, translate("zone_own", { zone: ownZone })),
  ...(ownZone === "UTC" ? [] : [html("option", { value: "UTC" }, "UTC")]),
);
preset(30);
setSignedIn(false);
