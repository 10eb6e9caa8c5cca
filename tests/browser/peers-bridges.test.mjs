// Pages of WordPress and Shopify, and pages that load Google's containers themselves: they are told
// the choice, and nothing that would store something before it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withShims } from "../support/shims.mjs";

/** @typedef {import("playwright-core").Page} Page */

const visiting = withShims();
const NO = { functional: false, analytics: false, marketing: false };
const YES = { functional: true, analytics: true, marketing: true };

/** @param {Page} page @param {object} [choice] @param {object} [changes] */
const decide = (page, choice, changes) =>
  page.evaluate(
    ([chosen, more]) => /** @type {any} */ (window).decide(chosen, more ?? undefined),
    [choice, changes],
  );

/** @param {Page} page */
const begin = (page) => page.evaluate("begin()");

/** What the page's functions were given since it was asked last. @param {Page} page */
const told = (page) =>
  page.evaluate(() => {
    const { told } = /** @type {any} */ (window);
    return told.splice(0);
  });

describe("the WordPress Consent API", () => {
  const head = `<script>
    window.told = [];
    window.wp_set_consent = (category, value) => told.push([category, value]);
    document.addEventListener("wp_consent_type_defined", () => told.push(["type", wp_consent_type]));
  </script>`;

  test("hears the kind of law at once, and the choice when there is one", () =>
    visiting({ head }, async (page) => {
      await begin(page);
      await decide(page);
      assert.deepEqual(await told(page), [["type", "optin"]]);
      await decide(page, { ...NO, analytics: true });
      assert.deepEqual(await told(page), [
        ["functional", "allow"],
        ["preferences", "deny"],
        ["statistics", "allow"],
        ["statistics-anonymous", "allow"],
        ["marketing", "deny"],
      ]);
      await decide(page, { ...NO, analytics: true });
      assert.deepEqual(await told(page), [], "the same again is no news");
    }));

  test("hears of the browser's signal without a choice", () =>
    visiting({ head }, async (page) => {
      await begin(page);
      await decide(page, undefined, { gpc: true });
      assert.deepEqual((await told(page)).at(-1), ["marketing", "deny"]);
    }));
});

describe("Shopify's Customer Privacy API", () => {
  /** @param {boolean} isLoaded */
  const head = (isLoaded) => `<script>
    window.told = [];
    const customerPrivacy = { setTrackingConsent: (consent, done) => { told.push(consent); done(); } };
    window.Shopify = {
      ${isLoaded ? "customerPrivacy," : ""}
      loadFeatures: (features, done) => { Shopify.customerPrivacy = customerPrivacy; told.push(features[0].name); done(); },
    };
  </script>`;
  const consent = { preferences: true, analytics: true, marketing: true, sale_of_data: true };

  test("hears of a choice", () =>
    visiting({ head: head(true) }, async (page) => {
      await begin(page);
      await decide(page);
      assert.deepEqual(await told(page), []);
      await decide(page, YES);
      assert.deepEqual(await told(page), [consent]);
    }));

  test("is loaded where it isn't yet", () =>
    visiting({ head: head(false) }, async (page) => {
      await begin(page);
      await decide(page, YES);
      assert.deepEqual(await told(page), ["consent-tracking-api", consent]);
    }));

  test("hears that nothing may be sold where the browser's signal says so", () =>
    visiting({ head: head(true) }, async (page) => {
      await begin(page);
      await decide(page, { ...YES, marketing: false }, { gpc: true });
      assert.deepEqual(await told(page), [{ ...consent, marketing: false, sale_of_data: false }]);
    }));
});

describe("Google's containers that the page loads", () => {
  /** The commands in the queue, in order. @param {Page} page @returns {Promise<any[][]>} */
  const commands = (page) =>
    page.evaluate(() =>
      /** @type {any} */ (window).dataLayer.map((/** @type {any} */ entry) => [...entry]),
    );
  const head = `<script>
    window.dataLayer = window.dataLayer || [];
    function gtag() { dataLayer.push(arguments); }
    gtag("js", 0); gtag("config", "G-PAGE");
  </script>`;

  test("find their signals denied before their first command, and the choice when they run", () =>
    visiting({ tools: "google", head }, async (page) => {
      const early = await commands(page);
      assert.deepEqual(early.map(([verb, kind]) => [verb, kind]).slice(0, 2), [
        ["consent", "default"],
        ["set", "ads_data_redaction"],
      ]);
      assert.ok(early.findIndex(([verb]) => verb === "js") > 3);
      assert.equal(early[0][2].ad_storage, "denied");
      assert.equal(early[0][2].security_storage, "granted");
      await begin(page);
      await decide(page, { ...NO, analytics: true });
      const late = await commands(page);
      assert.equal(late.length, early.length, "nothing stands there twice");
      const update = late.find(([verb, kind]) => verb === "consent" && kind === "update");
      assert.deepEqual(
        [update?.[2].analytics_storage, update?.[2].ad_storage],
        ["granted", "denied"],
      );
    }));

  test("are told of a change while they run", () =>
    visiting({ head }, async (page) => {
      await begin(page);
      await decide(page);
      await page.evaluate("window.google_tag_manager = {}");
      await decide(page, YES);
      const last = (await commands(page)).at(-1);
      assert.deepEqual(
        [last?.[0], last?.[1], last?.[2].ad_user_data],
        ["consent", "update", "granted"],
      );
    }));

  test("have no queue where the page has none", () =>
    visiting({}, async (page) => {
      await begin(page);
      await decide(page, YES);
      assert.equal(await page.evaluate("'dataLayer' in window"), false);
    }));
});
