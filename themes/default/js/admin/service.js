/**
 * Requests to the service with the operator's token. The token is an argument here and held in one
 * variable of `page.js`, never in browser storage, where any script of the site could read it.
 */

/**
 * A failed request. `status` is the HTTP status, 0 without a response; `seconds` is how long to
 * wait before a retry, from `Retry-After` or 60.
 */
export class Refusal extends Error {
  /** @param {number} status @param {number} [seconds] */
  constructor(status, seconds) {
    super(`status ${status}`);
    this.status = status;
    this.seconds = seconds || 60;
  }
}

/**
 * @param {string} address
 * @param {string} token
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export const request = async (address, token, signal) => {
  // A header can't hold other characters, so this is not a token.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Refusal(401);
  let response;
  try {
    response = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      redirect: "error",
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0);
  }
  if (!response.ok) throw new Refusal(response.status, Number(response.headers.get("retry-after")));
  return response;
};

/**
 * The text of an answer, whose connection may break.
 * @param {Response} response
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export const textOf = async (response, signal) => {
  try {
    return await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0);
  }
};

/**
 * JSON of an answer. What is none was not written by the service.
 * @param {string} text
 * @returns {any}
 */
export const parse = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(0);
  }
};

/** @param {string} address @param {string} token @returns {Promise<any>} */
const json = async (address, token) => parse(await textOf(await request(address, token)));

/** The day after, because the service's `to` is not included. @param {string} day `2026-11-20` */
const nextDay = (day) => new Date(Date.parse(day) + 864e5).toISOString().slice(0, 10);

/** @typedef {{from: string, to: string}} Span days, both included; empty: without that end */
/** @param {Span} span @returns {Record<string, string>} */
export const query = ({ from, to }) => ({
  ...(from && { from }),
  ...(to && { to: nextDay(to) }),
});

/**
 * @typedef {{answers: number, opted_in: number, accept_all: number, reject_all: number,
 *   withdrawals: number, dismissals: number, shown: number, unanswered: number | null,
 *   opted_in_percent: number | null, accept_all_percent: number | null,
 *   unanswered_percent: number | null}} Group
 */
/**
 * @typedef {{name: string, size: number, time: string | null, problem: string | null,
 *   since: string | null}} Witness `size`: of the tree that it cosigned last; `since`: when the
 *   problem began
 */
/**
 * @typedef {object} LogState
 * @property {number} bytes
 * @property {number} records
 * @property {number} minimum_index records before it were deleted
 * @property {string | null} oldest
 * @property {string | null} newest
 * @property {string | null} checkpoint when the last one was published
 * @property {number} purged
 * @property {string | null} last_purge
 * @property {Witness[]} witnesses
 * @property {number} archive how many bundles of 256 records it holds
 * @property {string | null} archive_problem
 * @property {boolean} full
 * @property {string | null} damaged what is
 * @property {string | null} flood when visitors were refused last because of the site's budget
 */
/**
 * @typedef {object} Stats
 * @property {string} site
 * @property {string | null} from
 * @property {string | null} to not included
 * @property {number} events
 * @property {Group} total
 * @property {Record<string, Group>} days
 * @property {Record<string, Group>} regimes
 * @property {Record<string, Group>} locales
 * @property {Record<string, Group>} countries
 * @property {Record<string, Group>} surfaces
 * @property {Record<string, Group>} revisions
 * @property {Record<string, number>} actions
 * @property {Record<string, {granted: number, granted_percent: number | null}>} categories
 * @property {LogState} log
 */

/**
 * A part of the events: those of one country, surface or revision.
 * @typedef {{kind: "country" | "surface" | "revision", name: string}} Only
 */

/** @param {Span} span @param {Only | undefined} only @param {string} token @returns {Promise<Stats>} */
export const statistics = (span, only, token) => {
  const part = only && { [only.kind]: only.name };
  return json(`/api/consent/stats?${new URLSearchParams({ ...query(span), ...part })}`, token);
};

/** @typedef {{record: any, index: number, receipt: string}} Entry */
/** @param {number} index @param {string} token @returns {Promise<Entry>} */
export const record = (index, token) => json(`/api/consent/record?index=${index}`, token);

/** @typedef {{number: number, time: string, action: string, detail: Record<string, any>}} Deed */
/**
 * The audit trail after a number; empty when there is no more.
 * @param {number} after
 * @param {string} token
 * @returns {Promise<Deed[]>}
 */
export const trail = async (after, token) => {
  const text = await textOf(await request(`/api/consent/audit?after=${after}`, token));
  return text.trim() ? text.trimEnd().split("\n").map(parse) : [];
};

/**
 * What everybody may read; undefined when it can't be had.
 * @param {string} address
 * @param {"default" | "no-store"} cache
 */
const open = async (address, cache) => {
  try {
    const response = await fetch(address, { cache, redirect: "error" });
    return response.ok ? response : undefined;
  } catch {
    return undefined;
  }
};

/** @typedef {{version: string, revision: string, log: boolean}} Health */
/**
 * The state of the service. A log that does not answer is shown as such.
 * @returns {Promise<Health | undefined>}
 */
export const health = async () => {
  try {
    return await (await fetch("/api/consent/health", { cache: "no-store" })).json();
  } catch {
    return undefined;
  }
};

/** @typedef {{first_day: string | null, kind: string, locale: string | null, revision: string, sha256: string}} Archived */
/** The index of the texts that visitors were shown. @returns {Promise<Archived[]>} */
export const archive = async () => {
  try {
    return (await (await open("/archive/index.json", "default"))?.json()) ?? [];
  } catch {
    return [];
  }
};

/** An archived text. @param {string} sha256 @returns {Promise<ArrayBuffer | undefined>} */
export const archivedText = async (sha256) => {
  try {
    return await (await open(`/archive/${sha256}.txt`, "default"))?.arrayBuffer();
  } catch {
    return undefined;
  }
};

/** Who signs and cosigns the log. @returns {Promise<string | undefined>} */
export const policy = async () => {
  try {
    return await (await open("/log/policy", "no-store"))?.text();
  } catch {
    return undefined;
  }
};
