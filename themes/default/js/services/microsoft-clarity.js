/**
 * Microsoft Clarity. It receives the consent signals before its script is requested, and is stopped
 * when its category is withdrawn.
 */
import { abandon, loader, loadScript, page, word } from "../vendor.js";

/** Origins from which its script loads further scripts. */
const FURTHER = ["https://www.clarity.ms", "https://scripts.clarity.ms"];
/** By the id of the project. @type {Map<string, HTMLScriptElement>} */
const elements = new Map();

/** @param {boolean} advertising @param {boolean} analytics */
const tell = (advertising, analytics) =>
  page.clarity("consentv2", { ad_Storage: word(advertising), analytics_Storage: word(analytics) });

/** @type {import("../vendor.js").Step} */
const start = ({ id, scripts = [] }, choice) => {
  page.clarity ??= function () {
    // biome-ignore lint/complexity/noArguments: the vendor checks the type
    // biome-ignore lint/suspicious/noAssignInExpressions: the vendor's own form
    (page.clarity.q ??= []).push(arguments);
  };
  tell(choice.marketing, choice.analytics);
  elements.set(
    id,
    loadScript(`https://www.clarity.ms/tag/${encodeURIComponent(id)}`, [...FURTHER, ...scripts]),
  );
};

/** @type {import("../vendor.js").Step} */
const change = (_, choice) => tell(choice.marketing, choice.analytics);

export const load = loader({
  start,
  stop: ({ id }) => {
    if (abandon(elements.get(id))) elements.delete(id);
    tell(false, false);
    page.clarity("stop");
  },
  resume: (settings, choice) => (elements.has(settings.id) ? change : start)(settings, choice),
  change,
});
