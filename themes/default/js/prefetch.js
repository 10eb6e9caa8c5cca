/**
 * The question to a server of another origin, asked while the banner's markup is still on its way.
 */

/** The cookie of the policy site goes along, also from pages of others. @type {RequestInit} */
export const CREDENTIALS = { credentials: "include" };

/** @type {Promise<Response> | undefined} */
let asked;

/** Asks ahead. @param {string} address */
export const prefetch = (address) => {
  asked = fetch(address, CREDENTIALS);
  // Whoever waits for it hears of the failure.
  asked.catch(() => {});
};

/** The answer asked for ahead, once; then a new one. @param {string} address */
export const response = (address) => {
  const answer = asked ?? fetch(address, CREDENTIALS);
  asked = undefined;
  return answer;
};
