/**
 * Starts what consent permits: markup in templates, services, and listeners. When consent is
 * withdrawn, cookies are deleted and the page is reloaded, because a script that has run can't be
 * undone.
 */
import { NONE, OPTIONAL } from "./choice.js";
import { substitute, removeElement } from "./placeholder.js";

/** @typedef {import("./choice.js").Choice} Choice */
/**
 * @typedef {[{load: import("./vendor.js").Load}, keyof Choice, import("./vendor.js").Settings]}
 *   Service loader, category, settings
 */

/** The categories that may run now. @type {Choice} */
let permitted = NONE;
/** The categories that have run since the page was loaded. @type {Set<keyof Choice>} */
const started = new Set();
/** @type {Promise<{default: Service[]}> | undefined} */
let services;

/** @returns {Choice} */
export const current = () => permitted;

/** Replaces each permitted template by its content; scripts in it run in document order. */
const revealTemplates = () => {
  for (const template of document.querySelectorAll("template")) {
    const needed = template.dataset.consent;
    if (
      // biome-ignore lint/complexity/useOptionalChain: would change the committed bundle
      needed &&
      needed
        .split(" ")
        .every((name) => name === "essential" || permitted[/** @type {keyof Choice} */ (name)])
    ) {
      for (const script of template.content.querySelectorAll("script"))
        script.async = script.hasAttribute("async");
      if (EMBEDDED) removeElement(template);
      template.replaceWith(template.content);
    } else if (EMBEDDED && needed) substitute(template, needed.split(" "));
  }
};

/**
 * Deletes the cookies that the banner lists for a category, on this host and on every domain above
 * it.
 * @param {string} category
 */
const deleteCookies = (category) => {
  for (const { textContent } of document.querySelectorAll(
    `${EMBEDDED ? "#cc-main " : ""}[data-category=${category}] code`,
  )) {
    const [start, end] = /** @type {string} */ (textContent).split("*");
    for (const pair of document.cookie.split("; ")) {
      const name = pair.split("=")[0];
      if (end === undefined ? name === start : name.startsWith(start)) {
        for (
          // biome-ignore lint/style/useTemplate: would change the committed bundle
          let domain = "." + location.hostname;
          domain;
          domain = domain.replace(/^\.?[^.]+/, "")
        ) {
          document.cookie = `${name}=; Max-Age=0; Path=/; Domain=${domain}`;
        }
        document.cookie = `${name}=; Max-Age=0; Path=/`;
      }
    }
  }
};

/**
 * Lets the granted categories run and nothing else.
 * @param {Choice} choice
 * @param {string} [tags] address of the list of services
 * @param {boolean} [isUnsaved] the server has not recorded the choice: vendors are notified, but
 *   the page is not reloaded, because it would start as before
 */
export const apply = async (choice, tags, isUnsaved) => {
  const isNew = OPTIONAL.some((name) => choice[name] !== permitted[name]);
  permitted = choice;
  for (const name of OPTIONAL) if (permitted[name]) started.add(name);
  if (tags && started.size) services ??= import(tags);
  revealTemplates();
  document.dispatchEvent(new CustomEvent("consent:change", { detail: { ...permitted } }));
  try {
    // Vendors are notified of a refusal when it is submitted, and not again when the server
    // answers.
    if (isNew)
      for (const [service, category, settings] of (await services)?.default ?? [])
        service.load(settings, permitted[category], permitted);
  } catch {
    // Blocked or unreachable: its services stay silent, which is what a visitor who blocks them
    // wants.
  }
  const stopped = [...started].filter((name) => !permitted[name]);
  if (stopped.length && !isUnsaved) {
    stopped.forEach(deleteCookies);
    location.reload();
  }
};

new MutationObserver(revealTemplates).observe(document, { childList: true, subtree: true });
