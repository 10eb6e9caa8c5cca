/**
 * Fetches an export of the log page by page and offers it as one download, which is either whole or
 * not offered at all.
 */
import { parse, query, Refusal, request, textOf } from "./service.js";

/** @typedef {import("./service.js").Span} Span */

/** The service's own limit. */
const RECORDS_A_PAGE = 8192;

/** The pages do not make a whole: the file would say less than it seems to. */
export class Incomplete extends Error {}

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

/** Reads pages of NDJSON: a line that describes the export, then the records. */
const ndjson = () => {
  /** @type {number | undefined} */
  let expected;
  return {
    /** The lines of a page, and how many records they are. @param {string} text */
    read: (text) => {
      const lines = text.match(/\n/g)?.length ?? 0;
      if (expected !== undefined) return { text, records: lines };
      const { first, end } = parse(text.slice(0, text.indexOf("\n")));
      expected = end - first;
      return { text, records: lines - 1 };
    },
    /** How many records the whole export has. */
    total: () => expected,
    /** @param {number} records */
    isWhole: (records) => records === expected,
  };
};

/** Reads pages of CSV: each has a head and rows, which begin with their record's number. */
const csv = () => {
  let isFirst = true;
  /** @type {number | undefined} */
  let last;
  let isWhole = true;
  return {
    /** @param {string} text */
    read: (text) => {
      const rows = text.slice(text.indexOf("\r\n") + 2);
      let records = 0;
      for (const [, index] of rows.matchAll(/^(\d+),.*\r\n/gm)) {
        if (last !== undefined && Number(index) !== last + 1) isWhole = false;
        last = Number(index);
        records += 1;
      }
      const kept = isFirst ? text : rows;
      isFirst = false;
      return { text: kept, records };
    },
    /** @returns {number | undefined} */
    total: () => undefined,
    isWhole: () => isWhole,
  };
};

/**
 * An export that can be stopped, and resumed where it failed.
 * @param {"ndjson" | "csv"} format
 * @param {Span} span
 * @param {string} token
 */
export const exporting = (format, span, token) => {
  const reader = format === "csv" ? csv() : ndjson();
  /** @type {Blob[]} Pages as blobs, which browsers can move from memory to disk. */
  const parts = [];
  let records = 0;
  /** @type {string | undefined} */
  let next = `/api/consent/export?${new URLSearchParams({ ...query(span), limit: String(RECORDS_A_PAGE), format })}`;

  /** @param {string} address @param {AbortSignal} signal */
  const take = async (address, signal) => {
    const response = await request(address, token, signal);
    const text = await textOf(response, signal);
    // A page that was cut off is asked for again.
    if (!text.endsWith("\n")) throw new Refusal(0);
    const page = reader.read(text);
    parts.push(new Blob([page.text]));
    records += page.records;
    next = nextPage(response);
  };

  return {
    records: () => records,
    /** How many there will be, once the service has said so. */
    total: reader.total,
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
      if (!reader.isWhole(records)) throw new Incomplete("records are missing");
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
