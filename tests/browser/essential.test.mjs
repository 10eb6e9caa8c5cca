// What a page can't do without, such as a captcha: it runs at once and on every page, whatever the
// visitor answers, whatever the browser signals, and whether or not anybody answers for the site.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { banner, launch, newVisitor, storage, waitForDecision } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { buildSite } from "../support/services.mjs";

const SCRIPT = "https://captcha.example/api.js?site=1";
const MORE = "https://static.captcha.example/more.js";
const IMAGE = "https://image.captcha.example/seen.gif";
const FRAME = "https://frame.captcha.example/box";

/** @typedef {import("../support/services.mjs").Service} Service */
/** @type {Service[]} */
const ESSENTIAL = [
  {
    kind: "script",
    category: "essential",
    tag: SCRIPT,
    cookies: [],
    lines: 'hosts = { script = ["https://static.captcha.example"] }',
  },
  { kind: "pixel", category: "essential", tag: IMAGE, cookies: [] },
  { kind: "iframe", category: "essential", tag: FRAME, cookies: [] },
];
/** @type {Service} */
const OPTIONAL = {
  id: "partner",
  kind: "script",
  category: "marketing",
  tag: "https://partner.example/tag.js",
  cookies: [],
};

/** The script names another as plain text, as vendors' scripts do. */
const CAPTCHA = `
  document.documentElement.dataset.captcha = String(1 + Number(document.documentElement.dataset.captcha ?? 0));
  const script = document.createElement("script");
  script.src = "${MORE}";
  document.head.append(script);
`;
const EVERYTHING = [FRAME, IMAGE, MORE, SCRIPT].sort();
const PAGES = ["/languages/", "/en/", "/en/privacy/", "/kk/choices/", "/ru/nothing/here"];

/** @typedef {Awaited<ReturnType<typeof buildSite>>} Site */
/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */
/** @type {import("playwright-core").Browser} */
let browser;
/**
 * Sites by whether they have something to ask.
 * @type {Map<boolean, {site: Site, server: Server}>}
 */
const sites = new Map();

before(async () => {
  browser = await launch();
  for (const asks of [true, false]) {
    // The loaders of two services of one kind must not be taken for one.
    const site = await buildSite(asks ? [...ESSENTIAL, OPTIONAL] : ESSENTIAL);
    sites.set(asks, { site, server: await startServer({ dist: site.dist }) });
  }
});
after(async () => {
  await browser?.close();
  for (const { site, server } of sites.values()) {
    await server.stop();
    await site.remove();
  }
});

/** @param {boolean} asks */
const of = (asks) => /** @type {{site: Site, server: Server}} */ (sites.get(asks));

/**
 * @param {(visit: {context: import("playwright-core").BrowserContext, page:
 *   import("playwright-core").Page, vendors: () => string[]}) => Promise<void>} check `vendors` are
 *   the requests to anybody but the site since it was last asked
 * @param {RegExp} [expected] what the browser may complain of
 */
const visiting = async (check, expected) => {
  const { context, faults, requests } = await newVisitor(browser);
  try {
    await context.route(/\.example\//, (route) => {
      const address = route.request().url();
      if (address === SCRIPT)
        return route.fulfill({ contentType: "text/javascript", body: CAPTCHA });
      if (address === FRAME)
        return route.fulfill({
          contentType: "text/html",
          body: "<!doctype html><title>box</title>",
        });
      return route.fulfill(
        address.includes(".js") ? { contentType: "text/javascript", body: "" } : { status: 204 },
      );
    });
    const vendors = () =>
      requests
        .splice(0)
        .map((request) => request.replace("GET ", ""))
        .filter((address) => address.includes(".example/"));
    await check({ context, page: await context.newPage(), vendors });
    assert.deepEqual(
      faults.filter((fault) => !expected?.test(fault)),
      [],
      "neither the content security policy nor Trusted Types had to refuse anything",
    );
  } finally {
    await context.close();
  }
};

/**
 * Waits until all essential services have begun on a page, then until nothing follows.
 * @param {import("playwright-core").Page} page
 */
const begun = async (page) => {
  await page.waitForLoadState("load");
  await page.waitForFunction(
    (address) =>
      document.documentElement.dataset.captcha &&
      document.querySelector(`iframe[src="${address}"]`),
    FRAME,
  );
  await page.waitForLoadState("networkidle");
  assert.equal(
    await page.evaluate(() => document.documentElement.dataset.captcha),
    "1",
    "it has run once",
  );
};

for (const asks of [true, false]) {
  describe(
    asks ? "on a site that asks about something else" : "on a site that has nothing to ask",
    () => {
      test("it runs on every page before any answer, and nothing else does", () =>
        visiting(async ({ page, vendors }) => {
          for (const address of PAGES) {
            await page.goto(of(asks).server.origin("DE") + address);
            await begun(page);
            assert.deepEqual(vendors().sort(), EVERYTHING, address);
          }
          assert.equal((await storage(page)).cookie, "");
        }));

      test("it runs under Global Privacy Control, and when the consent service can't be reached", () =>
        visiting(async ({ context, page, vendors }) => {
          await page.goto(`${of(asks).server.origin("US-CA", { gpc: true })}/en/privacy/`);
          await begun(page);
          assert.deepEqual(vendors().sort(), EVERYTHING);
          await context.route("**/api/consent", (route) => route.abort());
          await page.goto(`${of(asks).server.origin("DE")}/en/privacy/`);
          await begun(page);
          assert.deepEqual(vendors().sort(), EVERYTHING);
        }));

      test("the operator's page does without", () =>
        visiting(async ({ page, vendors }) => {
          for (const address of ["/admin/", "/en/admin/"]) {
            await page.goto(of(asks).server.origin("DE") + address);
            await page.waitForLoadState("networkidle");
            assert.deepEqual(vendors(), [], address);
          }
        }));

      test("pages of others have it with one tag, before their body and under a policy of their own", async () => {
        const { server, site } = of(asks);
        const { origin: shop, complete, stop } = await startShop(server, site);
        try {
          await visiting(async ({ page, vendors }) => {
            // What an origin gets that the site doesn't list; on a developer's machine, where this
            // worker runs, it answers every page.
            await page.route("**/api/consent", (route) => route.fulfill({ status: 403 }));
            const asked = page.waitForRequest(SCRIPT);
            const loaded = page.goto(shop);
            await asked;
            complete();
            await loaded;
            await begun(page);
            assert.deepEqual(vendors().sort(), EVERYTHING);
            assert.equal(await page.locator("#cc-main").count(), 0);
          }, /\/api\/consent' .* blocked by CORS policy/);
        } finally {
          await stop();
        }
      });
    },
  );
}

test("a refusal, a permission and its withdrawal change nothing about it", () =>
  visiting(async ({ page, vendors }) => {
    const { accept, reject, reopen, status } = banner(page);
    await page.goto(`${of(true).server.origin("DE")}/en/privacy/`);
    await waitForDecision(page);
    await begun(page);
    await reject.click();
    await status("saved").waitFor();
    assert.deepEqual(vendors().sort(), EVERYTHING);
    await page.reload();
    await begun(page);
    assert.deepEqual(vendors().sort(), EVERYTHING);
    await reopen.click();
    await accept.click();
    await page.waitForResponse(OPTIONAL.tag);
    await page.waitForLoadState("networkidle");
    assert.deepEqual(vendors(), [OPTIONAL.tag]);
    await page.locator("#cc-main .cm").waitFor({ state: "hidden" });
    await reopen.click();
    await Promise.all([page.waitForEvent("load"), reject.click()]);
    await begun(page);
    assert.deepEqual(vendors().sort(), EVERYTHING);
  }));

/**
 * A page of somebody else: its head comes first, its body when the test says so.
 * @param {Server} server
 * @param {Site} site
 */
const startShop = async (server, site) => {
  const policies = server.origin("DE");
  const [, policy = ""] =
    /Content-Security-Policy: (.*)/.exec(
      await readFile(path.join(site.dist, "_headers"), "utf8"),
    ) ?? [];
  const header = policy
    .replace("script-src 'self'", `script-src ${policies}`)
    .replace("connect-src 'self'", `connect-src ${policies}`);
  let complete = () => {};
  const shop = http.createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": header,
    });
    response.write(
      `<!doctype html><html lang="en"><head><title>Shop</title><script src="${policies}/embed.js" async></script>\n${" ".repeat(2000)}`,
    );
    complete = () => response.end("</head><body><p>Shop</p></body></html>");
  });
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (shop.address());
  return {
    origin: `http://shop.localhost:${port}/`,
    /** Sends the body of the page. */
    complete: () => complete(),
    stop: async () => {
      shop.closeAllConnections();
      await new Promise((resolve) => shop.close(resolve));
    },
  };
};
