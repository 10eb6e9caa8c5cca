/**
 * The note of the last submission, in local storage: every page of the origin stops at once what
 * the submission refuses, and sends it again if it was not answered. A refusal is kept after its
 * answer too, because the late answer to an earlier submission of another host, which shares the
 * cookie and not the note, may overwrite the cookie.
 */
import { named, OPTIONAL } from "./choice.js";
import { keepNote, note } from "./note.js";

/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {object} Submission The body of the request. Without an action consent is withdrawn.
 * @property {string} [revision]
 * @property {string} [locale]
 * @property {string} [surface]
 * @property {string} [action]
 * @property {Partial<Choice>} [choice] of the categories that were asked about
 * @property {Record<string, boolean>} [services] those that differ from their category
 */
/**
 * @typedef {object} Press
 * @property {string} id lets the server recognise a retry
 * @property {string} [secret] makes the presses of a browser that has no cookie yet those of one
 *   person
 * @property {Submission} words
 * @property {string} [seen] the stored choice at that time, for comparison; empty if there was none
 * @property {number} [time] of its record, once it is answered, in milliseconds since 1970
 */

/**
 * Whether a submission leaves a category or service on that is on.
 * @param {Submission | undefined} words
 * @param {keyof Choice} category
 * @param {string} [id] of a service
 * @returns {boolean}
 */
export const allows = (words, category, id = "") => {
  const { action, choice, services } = words ?? { action: "dismiss" };
  if (action === "custom") return services?.[id] ?? choice?.[category] ?? true;
  if (action === "service") return services?.[id] ?? true;
  return action === "accept_all" || action === "dismiss";
};

/**
 * The press of a note, if it must be sent: it is not answered yet, or the cookie is older than its
 * record, or of the same second and grants what it refuses.
 * @param {Partial<Press> | undefined} press
 * @param {import("./choice.js").State | undefined} found
 * @returns {Press | undefined}
 */
export const due = (press, found) => {
  if (!press?.words) return undefined;
  const { words, time } = press;
  const isUndone =
    words.action !== "dismiss" &&
    found?.subject &&
    time &&
    (found.issued < time ||
      (found.issued === time &&
        OPTIONAL.some((name) => named(found.granted)[name] && !allows(words, name))));
  return !time || isUndone ? /** @type {Press} */ (press) : undefined;
};

/**
 * Removes the note of a submission that is answered when the browser has no longer the cookie of a
 * visitor: after an erasure nothing may tell one browser from another.
 * @param {import("./choice.js").State | undefined} found
 */
export const forget = (found) => {
  if (note()?.time && !found?.subject && !found?.isConflict) keepNote();
};
