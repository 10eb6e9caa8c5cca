// Tools that answer banners for the visitor do it here too: DuckDuckGo's engine, unmodified, with
// the rules it ships with and with the one that this theme offers it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, describe, test } from "node:test";
import { ALL, banner, choice, cookie, LOCALES, NONE, newVisitor } from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{type: string, cmp?: string, result?: boolean, id?: string, code?: string}} Message */

const require = createRequire(import.meta.url);

const site = withSite();
/** @type {string} */
let engine;
/** @type {object[]} */
let shipped;
/** @type {{name: string}} */
let ours;

before(async () => {
  const rules = require.resolve("@duckduckgo/autoconsent/rules/rules.json");
  engine = await readFile(new URL("../dist/autoconsent.playwright.js", `file://${rules}`), "utf8");
  shipped = JSON.parse(await readFile(rules, "utf8")).autoconsent;
  ours = JSON.parse(
    await readFile(new URL("../../themes/default/autoconsent.json", import.meta.url), "utf8"),
  );
});

/**
 * Plays the part of the browser around the engine: gives it its rules and answers what it asks.
 * @param {Page} page
 * @param {object[]} rules
 * @param {"optOut" | "optIn"} action
 * @returns {Promise<(type: string) => Promise<Message>>} waits for a message of this type
 */
const run = async (page, rules, action) => {
  /** @type {Message[]} */
  const messages = [];
  const config = {
    enabled: true,
    autoAction: action,
    disabledCmps: [],
    enablePrehide: true,
    enableCosmeticRules: true,
    detectRetries: 20,
  };
  await page.exposeBinding(
    "autoconsentSendMessage",
    async ({ frame }, /** @type {Message} */ message) => {
      messages.push(message);
      const answer = (/** @type {object} */ reply) =>
        frame.evaluate(
          (words) => /** @type {any} */ (window).autoconsentReceiveMessage(words),
          reply,
        );
      if (message.type === "init")
        await answer({ type: "initResp", config, rules: { autoconsent: rules } });
      if (message.type === "eval") {
        const result = await frame.evaluate(String(message.code));
        await answer({ id: message.id, type: "evalResp", result });
      }
    },
  );
  await page.addInitScript(engine);
  return (type) =>
    until(
      () => messages.find((message) => message.type === type),
      () => `the engine never said ${type}: ${JSON.stringify(messages.map(({ type }) => type))}`,
    );
};

for (const [whose, rules, name] of /** @type {[string, () => object[], string][]} */ ([
  ["as it is shipped", () => shipped, "cookieconsent3"],
  ["with the theme's own rule", () => [ours], "kelisim"],
])) {
  describe(`the engine ${whose}`, () => {
    for (const locale of LOCALES) {
      for (const [
        action,
        expected,
        granted,
      ] of /** @type {["optOut" | "optIn", typeof NONE, string][]} */ ([
        ["optOut", NONE, "0"],
        ["optIn", ALL, "7"],
      ])) {
        test(`${action} in ${locale}`, async () => {
          const { context } = await newVisitor(site.browser);
          try {
            const page = await context.newPage();
            const said = await run(page, rules(), action);
            await page.goto(`${site.server.origin("DE")}/${locale}/privacy/`);
            assert.equal((await said("popupFound")).cmp, name);
            assert.equal((await said(`${action}Result`)).result, true);
            // The shipped rule looks for the cookie at once, ours waits until the worker has
            // answered.
            if (name !== "kelisim") await banner(page).status("saved").waitFor();
            await page.evaluate(() =>
              /** @type {any} */ (window).autoconsentReceiveMessage({ type: "selfTest" }),
            );
            assert.equal((await said("selfTestResult")).result, true);
            await banner(page).status("saved").waitFor();
            assert.ok(await banner(page).dialog.isHidden());
            assert.deepEqual(await choice(page), expected);
            assert.equal((await cookie(context))?.granted, granted);
          } finally {
            await context.close();
          }
        });
      }
    }
  });
}
