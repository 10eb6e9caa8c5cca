/** Fetches an export of the log page by page and offers it as one download. */
import { request, query, Refusal } from "./service.js";

/** @typedef {import("./service.js").Span} Span */

/** The service's own limit. */
const RECORDS_A_PAGE = 500;

/**
 * A line of a page is a record or a checkpoint between records.
 * @param {string} text
 * @param {string} format
 */
const countRecords = (text, format) =>
  format === "csv" ? text.split("\r\n").length - 2 : (text.match(/^\{"record":/gm) ?? []).length;

/** Where the next page is (RFC 8288). @param {Response} response */
const nextPage = (response) =>
  /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];

/** @param {number} seconds @param {AbortSignal} signal @returns {Promise<void>} */
const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
  });

/**
 * An export that can be stopped, and resumed where it failed.
 * @param {"ndjson" | "csv"} format
 * @param {Span} span
 * @param {string} token
 */
export const exporting = (format, span, token) => {
  /** @type {Blob[]} Pages as blobs, which browsers can move from memory to disk. */
  const parts = [];
  let records = 0;
  /** @type {string | undefined} */
  let next = `/api/consent/export?${new URLSearchParams({ ...query(span), limit: String(RECORDS_A_PAGE), format })}`;

  /** @param {string} address @param {AbortSignal} signal */
  const take = async (address, signal) => {
    const response = await request(address, token, signal);
    const text = await response.text();
    // Each page of a CSV export begins with the header row; only the first one is used.
    parts.push(
      new Blob([
        format === "csv" && parts.length > 0 ? text.slice(text.indexOf("\r\n") + 2) : text,
      ]),
    );
    records += countRecords(text, format);
    next = nextPage(response);
  };

  return {
    records: () => records,
    /**
     * @param {AbortSignal} signal
     * @param {(waiting?: number) => void} report after each page, and when the service asks to
     *   wait, for how many seconds
     * @returns {Promise<Blob>}
     */
    run: async (signal, report) => {
      while (next) {
        try {
          await take(next, signal);
          report();
        } catch (error) {
          if (!(error instanceof Refusal && error.status === 429)) throw error;
          report(error.seconds);
          await pause(error.seconds, signal);
        }
      }
      return new Blob(parts, { type: format === "csv" ? "text/csv" : "application/x-ndjson" });
    },
  };
};

/** Hands a file to the browser. @param {Blob} file @param {string} name */
export const download = (file, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
