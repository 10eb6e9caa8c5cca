// On which domain the cookie of a choice is kept, when pages of several hosts share it and the
// operator changes `cookie_domain`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner, choice, NONE } from "../support/browser.mjs";
import { ALL, cookiesNamed, saved, withShop } from "../support/embedded-page.mjs";
import { POLICIES } from "../support/embedding.mjs";
import { until } from "../support/until.mjs";

const { shop, visiting } = withShop();

describe("a cookie domain that was named, changed or dropped later", () => {
  const without = (/** @type {string} */ settings) =>
    settings.replace(/^cookie_domain = .*\n/m, "");
  const consent = (/** @type {import("playwright-core").BrowserContext} */ context) =>
    cookiesNamed(context, "kelisim_cc_cookie");

  for (const [what, before, after, domain] of /** @type {const} */ ([
    ["named", { change: without }, {}, ".shop.kz"],
    ["dropped", {}, { change: without }, POLICIES],
  ])) {
    for (const way of /** @type {const} */ (["reject", "withdraw", "erase"])) {
      test(`${what}: to ${way} ends what was chosen before, on page and server`, async () => {
        await shop().publish(before);
        try {
          await visiting(async ({ page, context, go }) => {
            await go(`https://${POLICIES}/en/privacy/`);
            await banner(page).accept.click();
            await saved(page);
            await page.waitForFunction(() => document.cookie.includes("_ga="));
            await shop().publish(after);
            await go(`https://${POLICIES}/en/choices/`);
            assert.deepEqual(await choice(page), ALL);
            const button =
              way === "reject"
                ? page.locator(".choices__button[value=reject_all]")
                : page.locator(`form[action$=${way}] button`);
            await Promise.all([page.waitForEvent("load"), button.click()]);
            await page.waitForFunction(() => "isDecided" in window);
            const left = await consent(context);
            assert.equal(left.length, way === "erase" ? 0 : 1, "one choice is kept once");
            if (way !== "erase")
              assert.deepEqual([left[0].domain, left[0].value.split(".")[2]], [domain, "070"]);
            await go(`https://${POLICIES}/en/privacy/`);
            assert.deepEqual(await choice(page), NONE);
            assert.deepEqual(
              await page.evaluate(async () => (await (await fetch("/api/consent")).json()).choice),
              way === "erase" ? null : NONE,
            );
            assert.deepEqual(await cookiesNamed(context, "_ga"), []);
          });
        } finally {
          await shop().publish();
        }
      });
    }
  }

  test("of several the newest counts, on page and server, wherever the browser lists it", () =>
    visiting(async ({ page, context, go }) => {
      await go(`https://${POLICIES}/en/privacy/`);
      await banner(page).accept.click();
      await saved(page);
      const [yes] = await consent(context);
      await banner(page).reopen.click();
      const issued = parseInt(yes.value.split(".")[7], 36);
      await until(() => Date.now() >= (issued + 1) * 1000, "the clock stands still");
      await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
      for (const at of [
        { domain: POLICIES, path: "/" },
        { domain: POLICIES, path: "/en" },
      ]) {
        await context.addCookies([
          { ...yes, ...at },
          { ...yes, ...at, path: "/en/privacy", value: "1.junk" },
        ]);
        await go(`https://${POLICIES}/en/privacy/`);
        assert.deepEqual(await choice(page), NONE);
        assert.ok(await banner(page).dialog.isHidden());
        assert.deepEqual(
          await page.evaluate(async () => (await (await fetch("/api/consent")).json()).choice),
          NONE,
        );
      }
    }));
});
