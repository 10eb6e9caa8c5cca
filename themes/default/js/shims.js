/**
 * Other consent tools' markup, and what a page calls of them: reading the choice works, showing that
 * tool's banner shows the settings, and starting it does nothing. `embed.js` loads this when the
 * page has such markup, or something that `bridges.js` tells the choice to. A page whose own scripts
 * call while it is parsed names it instead (docs/integrations/from-other-tools.md), and it loads
 * `embed.js`: so it is a script, not a module, and has a property of the window instead of exports.
 */
import * as bridges from "./bridges.js";
import { TARTEAUCITRON } from "./dialects/containers.js";
import { peers } from "./dialects/peers.js";
import * as cookiebot from "./shims/cookiebot.js";
import * as cookieyes from "./shims/cookieyes.js";
import * as klaro from "./shims/klaro.js";
import * as tarteaucitron from "./shims/tarteaucitron.js";
import * as vanilla from "./shims/vanilla.js";
import * as visit from "./shims/visit.js";

/** @typedef {import("./shims/visit.js").State} State */
/** @typedef {{install: () => void, update: (change: visit.Change) => void}} Tool */

const page = /** @type {any} */ (window);

/**
 * The tools by their names in `data-shims`, each with markup by which a page shows that it uses it,
 * and the links and buttons that open its settings without a call.
 */
const TOOLS = {
  "vanilla-cookieconsent": {
    tool: vanilla,
    markup:
      "[data-cc], script[data-category], script[data-cookiecategory], div[data-service][data-id]",
    openers: "[data-cc]",
  },
  cookiebot: {
    tool: cookiebot,
    markup: '[data-cookieconsent], [data-cookieblock-src], [class*="cookieconsent-opt"]',
  },
  klaro: { tool: klaro, markup: 'script[type="text/plain"][data-name]' },
  tarteaucitron: {
    tool: tarteaucitron,
    markup: `${TARTEAUCITRON}, .tarteaucitronOpenPanel`,
    openers: '.tarteaucitronOpenPanel, a[href="#tarteaucitron"]',
  },
  cookieyes: {
    tool: cookieyes,
    markup: "[data-cookieyes], [data-cli-category], .cky-banner-element",
    openers: ".cky-banner-element",
  },
  google: { tool: bridges },
};

/** The tools in use. @type {Set<Tool>} */
const used = new Set();

/** @type {[string, {tool: Tool, markup?: string, openers?: string}][]} */
const tools = Object.entries(TOOLS);

/** Installs the tools that the tag names or whose markup the page has, unless it is done. */
const find = () => {
  const tag = document.querySelector("script[data-shims]");
  const named = tag?.getAttribute("data-shims")?.split(/[\s,]+/) ?? [];
  for (const [name, { tool, markup }] of tools) {
    if (used.has(tool)) continue;
    if (!named.includes(name) && !(markup && document.querySelector(markup))) continue;
    used.add(tool);
    tool.install();
  }
  if (!used.has(vanilla) && !used.has(cookiebot)) return;
  // Both tools call their object so.
  page.CookieConsent ??= Object.defineProperties(
    { ...vanilla.api },
    Object.getOwnPropertyDescriptors(cookiebot.members),
  );
  if (used.has(cookiebot)) page.Cookiebot ??= page.CookieConsent;
};

/** What the tools were told last. @type {{isAnswered: boolean, sight: string} | undefined} */
let before;

const update = () => {
  find();
  const isAnswered = visit.isAnswered();
  const sight = JSON.stringify([visit.choice(), visit.services()]);
  const change = {
    isFirst: isAnswered && before?.isAnswered === false,
    isConsent: isAnswered && !before?.isAnswered,
    isChange: isAnswered && before?.isAnswered === true && sight !== before.sight,
  };
  before = { isAnswered, sight };
  bridges.update();
  for (const tool of used) {
    try {
      if (tool !== bridges) tool.update(change);
    } catch (error) {
      // A function of the page; the others have to be called all the same.
      console.error(error);
    }
  }
};

/** Opens the settings for a press on what opens another tool's. @param {MouseEvent} click */
const follow = (click) => {
  const { target } = click;
  if (!(target instanceof Element)) return;
  if (!tools.some(([, { tool, openers }]) => openers && used.has(tool) && target.closest(openers)))
    return;
  click.preventDefault();
  visit.open();
};

/**
 * Loads the banner's script, with the attributes of the tag that names this one.
 * @param {HTMLScriptElement} tag
 */
const loadBanner = (tag) => {
  const script = document.createElement("script");
  for (const { name, value } of tag.attributes)
    if (name.startsWith("data-")) script.setAttribute(name, value);
  script.nonce = tag.nonce;
  try {
    script.src = new URL("embed.js", tag.src).href;
  } catch {
    // Trusted Types: the page names both scripts.
    return;
  }
  tag.after(script);
};

/** @param {State} state what the tools are told */
const begin = (state) => {
  visit.begin(state);
  return {
    /** Tells the tools, when the choice is known and whenever it may have changed. */
    update,
    dialects: peers,
  };
};
/** @typedef {ReturnType<typeof begin>} Shims */

if (!page.kelisimShims) {
  find();
  document.addEventListener("click", follow);
  const tag = document.currentScript;
  if (tag instanceof HTMLScriptElement && tag.src) loadBanner(tag);
  page.kelisimShims = { begin };
}
