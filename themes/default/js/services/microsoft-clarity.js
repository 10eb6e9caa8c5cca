/**
 * Microsoft Clarity. It receives the consent signals before its script is requested, and is stopped
 * when its category is withdrawn
 * (https://learn.microsoft.com/clarity/setup-and-installation/cmp-integration-guide).
 */
import { command, loader, page, release, request, word } from "../vendor.js";

/** @typedef {import("../choice.js").Choice} Choice */

/** Origins from which its script loads further scripts. */
const FURTHER = ["https://www.clarity.ms", "https://scripts.clarity.ms"];

/**
 * The first command of the queue. It is changed in place, so that a script begins with what is
 * granted when it runs.
 * @type {any}
 */
let first;

/** @param {string} id */
const address = (id) => `https://www.clarity.ms/tag/${encodeURIComponent(id)}`;

/** @param {Partial<Choice>} choice */
const signals = ({ marketing = false, analytics = false }) =>
  (first[1] = { ad_Storage: word(marketing), analytics_Storage: word(analytics) });

/** @param {unknown} _ @param {Partial<Choice>} choice */
const tell = (_, choice) => page.clarity("consentv2", signals(choice));

export const load = loader({
  start: (settings, choice) => {
    page.clarity ??= function () {
      // biome-ignore lint/complexity/noArguments: the vendor checks the type
      // biome-ignore lint/suspicious/noAssignInExpressions: the vendor's own form
      (page.clarity.q ??= []).push(arguments);
    };
    if (!first) {
      first = command("consentv2", {});
      page.clarity.q ??= [];
      page.clarity.q.unshift(first);
    }
    signals(choice);
    request(address(settings.id), settings, FURTHER);
  },
  stop: (settings) => {
    if (release(address(settings.id), settings)) return true;
    tell(settings, {});
    page.clarity("stop");
  },
  resume: tell,
  change: tell,
});
