/**
 * The submission that the server has not answered yet. It is kept in local storage, so that every
 * page of the origin stops at once what it refuses.
 */
import { choose } from "./choice.js";
/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {{revision?: string, locale?: string, surface?: string, action?: string, choice?:
 *   Partial<Choice>}} Submission the body of the request; `choice` holds the categories that were
 *   asked about; without an action consent is withdrawn
 */
/**
 * @typedef {{id: string, words: Submission, seen: string}} PendingSubmission `id` lets the server
 *   recognise a retry; `seen` is the stored choice at that time, as JSON
 */

/** Key in local storage, and name of the Web Lock. */
export const NOTE = "kelisim_press";

/** The stored submission. @returns {PendingSubmission | undefined} */
export const noted = () => {
  try {
    return JSON.parse(String(localStorage.getItem(NOTE)));
  } catch {
    // The page has no storage, or another script of the origin has written something else.
    return undefined;
  }
};

/**
 * The categories that a submission refuses.
 * @param {Submission | undefined} words
 * @returns {Choice}
 */
export const refusals = (words) =>
  choose((name) => {
    const { action, choice } = words ?? { action: "allow" };
    return action === "custom"
      ? choice?.[name] === false
      : action !== "accept_all" && action !== "allow";
  });
