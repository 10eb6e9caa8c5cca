// The whole script on pages of unusual kinds: it names their host, is answered, and puts nothing on
// their console.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { NONE } from "../support/browser.mjs";
import { POLICIES, startShopServer } from "../support/embedding.mjs";
import { choice, goAndBeAsked, press, told } from "../support/engine-shop.mjs";
import { LAUNCHERS, puppeteerVisitor, waitFor } from "../support/engines.mjs";

const HOSTS = ["www.shop.kz", "course.example"];
const SCRIPT = `https://${POLICIES}/embed.js`;
const LINK = `<a href="https://${POLICIES}/en/choices/" data-choices="open">Your privacy choices</a>`;
const TAG = `<script src="${SCRIPT}" async="async"></script>`;

/** What Prototype 1.7 adds to and changes in the objects of the language and the page. */
const PROTOTYPE_JS = `
  Array.from = function (list) { var found = [], length = list ? list.length || 0 : 0; while (length--) found[length] = list[length]; return found; };
  var enumerable = { each: function (run) { for (var i = 0; i < this.length; i++) run(this[i], i); return this; }, entries: function () { return this.slice(); },
    find: function (test) { for (var i = 0; i < this.length; i++) if (test(this[i], i)) return this[i]; }, include: function (one) { return this.indexOf(one) > -1; },
    first: function () { return this[0]; }, last: function () { return this[this.length - 1]; }, clone: function () { return this.slice(); }, toArray: function () { return this.slice(); } };
  for (var name in enumerable) Array.prototype[name] = enumerable[name];
  var reverse = Array.prototype.reverse;
  Array.prototype.reverse = function (inline) { return reverse.call(inline === false ? this.slice() : this); };
  Function.prototype.wrap = Function.prototype.defer = Function.prototype.delay = Function.prototype.curry = function () { return this; };
  var methods = { show: function () { this.style.display = ""; return this; }, hide: function () { this.style.display = "none"; return this; },
    visible: function () { return this.style.display !== "none"; }, update: function (text) { this.innerHTML = text; return this; },
    remove: function () { this.parentNode.removeChild(this); return this; }, select: function (selector) { return this.querySelectorAll(selector); } };
  for (var name in methods) Element.prototype[name] = HTMLElement.prototype[name] = methods[name];
  window.Element = Object.assign(function Element(name) { return document.createElement(name); }, { prototype: Element.prototype });
  window.$ = function (id) { return document.getElementById(id); };
  window.$$ = function (selector) { return Array.from(document.querySelectorAll(selector)); };
  window.Hash = window.Template = window.Form = function () {};`;

/** Globals with the names that scripts like to use. */
const GLOBALS = `
  var name = "page", status = "page", event, parent, top2, origin2, choice, consent, page, part, load, host, banner, dialog, question, services, cleanup, markup, kelisimTag;
  Object.prototype.each = function () {}; Object.prototype.then2 = function () {};
  Array.prototype.unique = function () { return this; };`;

/**
 * @typedef {object} Kind
 * @property {string} text of the page
 * @property {string} [type] its media type
 * @property {string} [policy] its content security policy
 */

/** @param {string} head @param {string} [body] */
const html = (head, body = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${head}${TAG}</head><body>${body}<main>Shop</main><footer>${LINK}</footer></body></html>`;

/** @type {Record<string, Kind>} */
const KINDS = {
  "in quirks mode": {
    text: html("").replace("<!doctype html>", ""),
  },
  "with a base for its addresses": {
    text: html('<base href="https://elsewhere.example/deep/folder/">'),
  },
  "with a root of 10 px and everything reset": {
    text: html(
      "<style>html{font-size:62.5%!important}*{all:unset!important}input,button,p,div{display:none!important}</style>",
    ),
  },
  "with Prototype": { text: html(`<script>${PROTOTYPE_JS}</script>`) },
  "with globals of many names": { text: html(`<script>${GLOBALS}</script>`) },
  "in XHTML": {
    type: "application/xhtml+xml",
    text: `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en"><head><title>Shop</title>${TAG}</head><body><main>Shop</main><footer>${LINK}</footer></body></html>`,
  },
  "whose policy trusts scripts by a nonce": {
    policy: `default-src 'none'; script-src 'nonce-once' 'strict-dynamic'; connect-src https://${POLICIES}; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types kelisim default goog#html`,
    text: html("").replace("<script ", '<script nonce="once" '),
  },
  "that is a frameset": {
    text: `<!doctype html><html lang="en"><head><title>Shop</title>${TAG}</head><frameset cols="*"></frameset></html>`,
  },
};

/** @type {http.Server} */
let pages;
/** @type {Awaited<ReturnType<typeof startShopServer>>} */
let shop;
/** @type {import("puppeteer-core").Browser} */
let browser;
before(async () => {
  pages = http.createServer((request, response) => {
    const kind = KINDS[decodeURIComponent((request.url ?? "").slice(1))];
    if (kind === undefined) return void response.writeHead(404).end();
    response
      .writeHead(200, {
        "content-type": `${kind.type ?? "text/html"}; charset=utf-8`,
        ...(kind.policy && { "content-security-policy": kind.policy }),
      })
      .end(kind.text);
  });
  await new Promise((resolve) => pages.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (pages.address());
  shop = await startShopServer((host) => (HOSTS.includes(host) ? { port } : undefined));
  browser = await LAUNCHERS.Chromium({ server: shop.server });
});
after(async () => {
  await browser?.close();
  await shop?.stop();
  pages?.close();
});

for (const kind of Object.keys(KINDS))
  test(`a page ${kind} is named, asks, and is answered`, async () => {
    for (const host of HOSTS) {
      const context = await browser.createBrowserContext();
      try {
        const visitor = puppeteerVisitor(await context.newPage());
        await goAndBeAsked(visitor, `https://${host}/${encodeURIComponent(kind)}`);
        const title = await visitor.evaluate(
          () => document.querySelector("#cm-title")?.textContent,
        );
        assert.equal(title, `Cookies on ${host}`, "the page's own host");
        const size = await visitor.evaluate(() => {
          const button = document.querySelector("#cc-main [data-role=all]");
          return button?.getBoundingClientRect().height;
        });
        assert.ok(Number(size) >= 44, "fingers hit the buttons");
        await press(visitor, "show");
        await waitFor(visitor, "#cc-main .cm__settings");
        await press(visitor, "necessary");
        await told(visitor, "saved");
        assert.deepEqual(await choice(visitor), NONE);
        assert.deepEqual(visitor.faults(), []);
      } finally {
        await context.close();
      }
    }
  });
