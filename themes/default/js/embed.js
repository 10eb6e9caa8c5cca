/**
 * The banner on pages that this builder did not make: one `<script>` fetches the banner's markup,
 * which is that of the site's own pages, inserts it at the start of the body, and runs the same
 * script (`site.js`) on it. See docs/embedding.md.
 */
import { prefetch } from "./prefetch.js";

const base = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src ?? SITE.url;
const { prerendering } = /** @type {any} */ (document);
const page = /** @type {any} */ (window);

/** The page's language, or the site's default one. @returns {EmbeddedLocale} */
const locale = () => {
  const wanted = document.documentElement.lang.toLowerCase();
  const findLocale = (/** @type {string} */ tag) =>
    SITE.locales.find(({ code }) => code.toLowerCase() === tag);
  return findLocale(wanted) ?? findLocale(wanted.split("-")[0]) ?? SITE.locales[0];
};

/**
 * A document of the site, parsed without running or loading anything in it.
 * @param {string} address
 * @returns {Promise<Document>}
 */
const fetchMarkup = (address) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL(address, base));
    request.responseType = "document";
    // The fragment is published as plain text, so that browsers don't display it as a page.
    request.overrideMimeType("text/html; charset=utf-8");
    request.onload = () =>
      request.status === 200
        ? resolve(request.response)
        : reject(new Error(`${request.status} ${address}`));
    request.onerror = () => reject(new Error(address));
    request.send();
  });

/**
 * Whether the state must be requested: not when the page can read the cookie, and not while it is
 * prerendered.
 */
const needsDecision = () => !prerendering && !document.cookie.includes("kelisim_cc_cookie=");

const insertBanner = async () => {
  page.kelisimEmbedded = true;
  const { code, banner, dir } = locale();
  if (needsDecision()) prefetch(new URL("/api/consent", base).href);
  const markup = await fetchMarkup(banner);
  // Relative addresses are resolved against the policy site; an empty one stays relative to this
  // page.
  for (const link of markup.querySelectorAll("a")) {
    // biome-ignore lint/correctness/noSelfAssign: the getter resolves the address
    if (link.getAttribute("href")) link.href = link.href;
  }
  // `form.action` would be the buttons named `action`, hence the attribute.
  for (const form of markup.forms)
    form.setAttribute("action", new URL(String(form.getAttribute("action")), base).href);
  const main = /** @type {HTMLElement} */ (markup.getElementById("cc-main"));
  if (main.dataset.tags) main.dataset.tags = new URL(main.dataset.tags, base).href;
  if (document.readyState === "loading")
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const host = document.createElement("kelisim-banner");
  host.lang = code;
  host.dir = dir;
  host.append(...markup.body.childNodes);
  document.body.prepend(host);
  await import("./site.js");
};

/** @param {Error} error */
const warn = ({ message }) => console.warn(`kelisim: ${message}`);

// Essential services start without waiting for consent. A page that loads the module already does
// not run it twice, because a module is evaluated once.
if (SITE.essential) import(new URL(SITE.essential, base).href).catch(warn);
// No banner is inserted if the page has one, if this script was included twice, or if the site has
// nothing to ask.
if (SITE.locales.length && !document.getElementById("cc-main") && !page.kelisimEmbedded)
  insertBanner().catch(warn);
