/**
 * Requests the consent state from another origin early, while the banner's markup is still loading.
 */

/** Sends the policy site's cookie from pages of other origins too. @type {RequestInit} */
export const CREDENTIALS = { credentials: "include" };

/** @type {Promise<Response> | undefined} */
let asked;

/** Sends the request. @param {string} address */
export const prefetch = (address) => {
  asked = fetch(address, CREDENTIALS);
  // `takeEarly` returns the same promise, so its caller sees the failure; without this line it
  // would be reported as unhandled until then.
  asked.catch(() => {});
};

/**
 * The response to the early request, the first time; afterwards that to a new one.
 * @param {string} address
 */
export const takeEarly = (address) => {
  const answer = asked ?? fetch(address, CREDENTIALS);
  asked = undefined;
  return answer;
};
