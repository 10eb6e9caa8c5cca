// The recipe of docs/embedding.md for a page on a developer's own server: its markup, in a page of a
// plain static server, with the policy site running on the same machine.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";
import { banner, collectFaults, cookie } from "../support/browser.mjs";
import { documented } from "../support/embedding.mjs";
import { withSite } from "../support/fixture.mjs";

const site = withSite();
/** @type {http.Server} */
let server;
let port = 0;
/** What the page has in its footer. */
let tags = "";
before(async () => {
  server = http.createServer((request, response) =>
    request.url === "/"
      ? response
          .writeHead(200, { "content-type": "text/html" })
          .end(`<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>${tags}`)
      : response.writeHead(404).end(),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = /** @type {import("node:net").AddressInfo} */ (server.address()).port;
});
after(() => server.close());

/**
 * The documented markup, with other words in the address of the script.
 * @param {string} [words]
 */
const write = async (words) => {
  const { development } = await documented();
  const at = development.replaceAll("http://localhost:8787", site.server.origin());
  tags = words === undefined ? at : at.replace(/\?[^"]*/, words);
};

/** @param {(page: import("playwright-core").Page) => Promise<void>} check */
const visiting = async (check) => {
  const context = await site.browser.newContext({ reducedMotion: "reduce" });
  try {
    const { faults } = await collectFaults(context);
    await check(await context.newPage());
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** @param {import("playwright-core").Page} page @param {string} host */
const go = async (page, host) => {
  await page.goto(`http://${host}:${port}/`);
  await page.waitForFunction(() => "kelisim" in window);
};

for (const host of ["localhost", "127.0.0.1"])
  test(`on ${host} the banner asks, keeps the answer and opens again`, () =>
    visiting(async (page) => {
      await write();
      await go(page, host);
      await banner(page).accept.waitFor();
      assert.ok(
        await page.locator("[data-regime=opt_in]").isVisible(),
        "from Germany, as documented",
      );
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      assert.match(String((await cookie(page.context()))?.granted), /[1-7]/);
      await page.waitForFunction(() => /** @type {any} */ (window).kelisim.choice().analytics);
      await go(page, host);
      await page.waitForFunction(() => /** @type {any} */ (window).kelisim.choice().analytics);
      assert.ok(!(await banner(page).accept.isVisible()), "not asked again");
      await page.locator("a[data-choices=open]").click();
      await banner(page).save.waitFor();
    }));

test("a host in another script is named in that script", () =>
  visiting(async (page) => {
    const ascii = "xn--bcher-kva.localhost";
    // What the builder writes of a site whose `site.toml` lists `https://bücher.localhost`.
    const hosts = `"hosts":${JSON.stringify({ [ascii]: "bücher.localhost" })}`;
    await page.route("**/embed.js*", async (route) => {
      const response = await route.fetch();
      const script = (await response.text()).replace(/\}\)\(\{/, (start) => `${start}${hosts},`);
      assert.ok(script.includes(hosts));
      await route.fulfill({ response, body: script });
    });
    await write();
    await go(page, ascii);
    await banner(page).accept.waitFor();
    assert.equal(await page.locator("[data-host]").innerText(), "bücher.localhost");
  }));

test("the tag chooses the country and the signal, and forgets the choice", () =>
  visiting(async (page) => {
    await write("?country=KZ");
    await go(page, "localhost");
    await banner(page).accept.waitFor();
    assert.ok(await page.locator("[data-regime=notice]").isVisible());
    await write("?country=US-CA&gpc&reset");
    for (let visit = 0; visit < 2; visit += 1) {
      await go(page, "localhost");
      await banner(page).accept.waitFor();
      assert.ok(await page.locator("[data-gpc]").first().isVisible(), "the signal is told");
      await banner(page).reject.click();
      await banner(page).status("saved").waitFor();
    }
    await write();
    await go(page, "localhost");
    await page.waitForFunction(() => "isDecided" in window);
    assert.ok(!(await banner(page).accept.isVisible()), "without the word it is remembered");
  }));
