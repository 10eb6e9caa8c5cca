// The journeys of a visitor, in every engine: asked, answered, changed, taken back, on the policy
// site's pages and on embedding pages of another subdomain and of another domain, under the strict
// policy of docs/embedding.md.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { NONE } from "../support/browser.mjs";
import { ALL } from "../support/embedded-page.mjs";
import {
  choice,
  click,
  go,
  goAndBeAsked,
  inEveryEngine,
  openSettings,
  policy,
  press,
  reloading,
  told,
} from "../support/engine-shop.mjs";
import { isShown, waitFor } from "../support/engines.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("../support/engines.mjs").Visitor} Visitor */

/** Pages on which a choice is kept in one cookie. */
const PAGES = {
  "a policy page": policy("/en/privacy/"),
  "a page of another subdomain": "https://www.shop.kz/",
};
const COURSE = "https://course.example/";

/** @param {Visitor} visitor */
const consentCookies = async (visitor) =>
  (await visitor.cookies()).filter(({ name }) => name === "kelisim_cc_cookie");

inEveryEngine(
  () => `<p>${"Words of the page. ".repeat(300)}</p><a href="/other">Other</a>`,
  ({ name, shop, visiting }) => {
    for (const [place, address] of Object.entries(PAGES)) {
      describe(`on ${place}`, () => {
        test("who is asked has left nothing; a refusal and an acceptance are kept, and a withdrawal takes effect", () =>
          visiting(async (visitor) => {
            await goAndBeAsked(visitor, address);
            assert.deepEqual(await consentCookies(visitor), []);
            assert.deepEqual(await choice(visitor), NONE);
            await press(visitor, "necessary");
            await told(visitor, "saved");
            assert.equal((await consentCookies(visitor)).length, 1);

            await go(visitor, address);
            assert.ok(!(await isShown(visitor, "#cc-main .cm")), "nobody is asked again");
            assert.deepEqual(await choice(visitor), NONE);

            await openSettings(visitor);
            await press(visitor, "all");
            await told(visitor, "saved");
            assert.deepEqual(await choice(visitor), ALL);
            await until(
              () => visitor.evaluate(() => document.cookie.includes("_ga=")),
              "the service did not run",
            );

            await openSettings(visitor);
            await reloading(visitor, () => press(visitor, "necessary"));
            assert.deepEqual(await choice(visitor), NONE);
            assert.ok(await visitor.evaluate(() => !document.cookie.includes("_ga=")));
            assert.deepEqual(visitor.faults(), []);
          }));

        test("the settings are there to choose, and say what was chosen", () =>
          visiting(async (visitor) => {
            await goAndBeAsked(visitor, address);
            await press(visitor, "show");
            await waitFor(visitor, "#cc-main .cm__settings");
            await click(visitor, "#cc-main input[name=analytics]");
            await press(visitor, "save");
            await told(visitor, "saved");
            assert.deepEqual(await choice(visitor), { ...NONE, analytics: true });
            await go(visitor, address);
            await openSettings(visitor);
            assert.deepEqual(
              await visitor.evaluate(() =>
                ["analytics", "marketing"].map(
                  (category) =>
                    /** @type {HTMLInputElement} */ (
                      document.querySelector(`#cc-main input[name=${category}]`)
                    ).checked,
                ),
              ),
              [true, false],
            );
            assert.deepEqual(visitor.faults(), []);
          }));

        test("the keyboard answers, and the focus comes back to where it was", () =>
          visiting(async (visitor) => {
            await goAndBeAsked(visitor, address);
            await openSettings(visitor);
            await until(
              () => visitor.evaluate(() => document.activeElement?.closest("#cc-main") !== null),
              "the focus is in the settings",
            );
            await visitor.press("Escape");
            await waitFor(visitor, "#cc-main .cm", false);
            assert.ok(
              await visitor.evaluate(() => document.activeElement?.matches("[data-choices=open]")),
              "back where it was opened",
            );
            await visitor.press("Enter");
            await waitFor(visitor, "#cc-main .cm__settings");
            await visitor.evaluate(() =>
              /** @type {HTMLElement} */ (
                document.querySelector("#cc-main [data-role=necessary]")
              ).focus(),
            );
            await visitor.press("Enter");
            await told(visitor, "saved");
            assert.deepEqual(await choice(visitor), NONE);
          }));

        test("Global Privacy Control keeps marketing off, and the visitor is told", async () => {
          shop().network.sendsSignal = true;
          try {
            await visiting(async (visitor) => {
              await goAndBeAsked(visitor, address);
              assert.ok(await isShown(visitor, "#cc-main [data-gpc]"));
              await press(visitor, "all");
              await told(visitor, "saved_gpc");
              assert.deepEqual(await choice(visitor), { ...ALL, marketing: false });
            });
          } finally {
            shop().network.sendsSignal = false;
          }
        });
      });
    }

    test(`on another domain the choice is ${name === "WebKit" ? "not kept, which is said" : "kept for that page"}`, () =>
      visiting(async (visitor) => {
        await goAndBeAsked(visitor, COURSE);
        await press(visitor, "all");
        // WebKit keeps no cookie of other sites; the others keep it apart for this one.
        if (name === "WebKit") {
          await told(visitor, "unkept");
          assert.deepEqual(await choice(visitor), NONE, "and nothing runs");
          await goAndBeAsked(visitor, COURSE);
        } else {
          await told(visitor, "saved");
          await go(visitor, COURSE);
          await until(
            async () => isDeepStrictEqual(await choice(visitor), ALL),
            "what was chosen is allowed on the next page",
          );
          assert.ok(!(await isShown(visitor, "#cc-main .cm")), "nobody is asked again");
          await goAndBeAsked(visitor, policy("/en/privacy/"));
        }
        assert.deepEqual(visitor.faults(), []);
      }));

    test("the page of choices shows a choice, changes it and takes it back", () =>
      visiting(async (visitor) => {
        const page = policy("/en/choices/");
        await goAndBeAsked(visitor, policy("/en/privacy/"));
        await press(visitor, "all");
        await told(visitor, "saved");
        await go(visitor, page);
        const ticked = () =>
          visitor.evaluate(() =>
            [
              .../** @type {NodeListOf<HTMLInputElement>} */ (
                document.querySelectorAll("main input[type=checkbox]:checked:not(:disabled)")
              ),
            ].map(({ name }) => name),
          );
        await until(async () => (await ticked()).includes("analytics"), "it shows what was chosen");
        assert.ok((await ticked()).includes("marketing"));
        // From the keyboard: on a busy machine the page may still move under the pointer.
        await reloading(visitor, async () => {
          await visitor.evaluate(() =>
            /** @type {HTMLElement} */ (
              document.querySelector("[data-choices=withdraw] [type=submit]")
            ).focus(),
          );
          await visitor.press("Enter");
        });
        assert.deepEqual(await ticked(), []);
        await go(visitor, "https://www.shop.kz/");
        assert.deepEqual(await choice(visitor), NONE);
      }));
  },
);
