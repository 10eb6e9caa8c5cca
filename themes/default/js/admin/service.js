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
 *   opted_in_percent: number | null, accept_all_percent: number | null}} Answers
 */
/**
 * @typedef {object} Stats
 * @property {string} site
 * @property {string | null} from
 * @property {string | null} to not included
 * @property {number} events
 * @property {Answers} total
 * @property {Record<string, Answers>} days
 * @property {Record<string, Answers>} regimes
 * @property {Record<string, Answers>} locales
 * @property {Record<string, number>} actions
 * @property {Record<string, {granted: number, granted_percent: number | null}>} categories
 * @property {{bytes: number, records: number, oldest: string | null, newest: string | null,
 *   checkpoint: string | null, purged: number, last_purge: string | null}} log
 */

/** @param {Span} span @param {string} token @returns {Promise<Stats>} */
export const statistics = async (span, token) =>
  (await request(`/api/consent/stats?${new URLSearchParams(query(span))}`, token)).json();

/** @typedef {{version: string, revision: string, log: boolean}} Health */
/** The state of the service, which needs no token. @returns {Promise<Health | undefined>} */
export const health = async () => {
  try {
    return await (await fetch("/api/consent/health", { cache: "no-store" })).json();
  } catch {
    // The page shows a log that does not answer.
    return undefined;
  }
};
