// A company in the United States and a visitor from California: a no without a banner in the way,
// and what holds of it a year later, when the site's keys have been replaced.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { banner, choice, cookie, NONE } from "../support/browser.mjs";
import { saved } from "../support/embedded-page.mjs";
import { beginJourney, DAY, document, TODAY } from "../support/journey.mjs";

const POLICIES = "policies.acme.example";
const SHOP = "https://www.acme.example";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Acme</title>
    <link rel="icon" href="data:,">
    <script src="https://${POLICIES}/embed.js" async></script>
  </head>
  <body>
    <main><h1>Acme</h1>
    <script type="text/plain" data-consent="marketing" src="https://counter.example/count.js"></script></main>
    <footer><a href="https://${POLICIES}/en/choices/" data-choices="open">Your privacy choices</a></footer>
  </body>
</html>`;

/** @type {import("../support/journey.mjs").Journey} */
let journey;
/** @type {Awaited<ReturnType<typeof journey.visitor>>} the same visitor all the way */
let visitor;
/** @type {import("playwright-core").Page} */
let page;
/** The file of the receipt. @type {string} */
let receipt;
before(async () => {
  journey = await beginJourney(POLICIES, {
    visitor: { country: "US", region: "California", regionCode: "CA" },
    page: (host) => {
      if (host === "counter.example") return { script: "window.counted = true;" };
      return host === new URL(SHOP).host ? PAGE : undefined;
    },
  });
});
after(() => journey?.stop());

/** Opens the shop. */
const visit = async () => {
  await page.goto(SHOP);
  await page.waitForFunction(() => "isDecided" in window);
};

test("the site is made, and the terms of sale are on it", async () => {
  journey.run(
    "new",
    POLICIES,
    "--yes",
    ...["--country", "US", "--languages", "en"],
    ...["--name", "Acme Inc.", "--registration", "ein=12-3456789"],
    ...["--phone", "+1 415 555 2671", "--email", "privacy@acme.example"],
    ...["--address", "en=1 Market Street, San Francisco, CA 94105, USA"],
    ...["--service", "google-ads=AW-123456789"],
  );
  await journey.edit("site.toml", (text) =>
    text
      // The owner has decided that nobody under 16 uses the shop.
      .replace(/^\[regimes\.US\]\n(?:\w.*\n)+/m, "")
      .replace(/^policies = \[(.*)\]/m, 'policies = [$1, "terms"]')
      .replace(
        /^host = .*$/m,
        (line) => `${line}\ncookie_domain = "acme.example"\norigins = ["${SHOP}"]`,
      ),
  );
  const imported = journey.program("site-builder", [
    "import",
    document("tests/journeys/documents/terms.md"),
    ...["--site", POLICIES, "--policy", "terms", "--locale", "en", "--date", TODAY],
  ]);
  assert.equal(imported.status, 0, imported.said);
  await journey.publish();
});

test("a visitor from California says no, and can prove it", async () => {
  visitor = await journey.visitor({ locale: "en-US" });
  page = await visitor.context.newPage();
  await visit();
  await banner(page).reject.click();
  await saved(page);
  assert.deepEqual(await choice(page), NONE);
  await page.getByRole("link", { name: "Your privacy choices" }).click();
  await banner(page).save.waitFor();
  receipt = await journey.receipt(page);
  const record = await journey.proven(receipt);
  assert.deepEqual(
    [record.site, record.country, record.regime, record.action],
    [POLICIES, "US", "opt_out", "reject_all"],
  );
});

test("365 days later nobody is asked, nothing runs, and the receipt of then is still proof", async () => {
  await journey.later(365);
  await visitor.context.clock.setSystemTime(Date.now() + 365 * DAY);
  await visit();
  assert.ok(await banner(page).dialog.isHidden());
  assert.deepEqual(await choice(page), NONE);
  assert.equal(await page.evaluate(() => "counted" in window), false);
  await page.getByRole("link", { name: "Your privacy choices" }).click();
  await banner(page).save.waitFor();
  const again = await journey.receipt(page);
  assert.deepEqual(await journey.proven(again), await journey.proven(receipt));
  assert.equal((await cookie(visitor.context))?.refused, "7");
});

test("after 366 days the visitor may be asked again, and Global Privacy Control answers by itself", async () => {
  await journey.later(366);
  await visitor.context.clock.setSystemTime(Date.now() + 366 * DAY);
  await visit();
  await banner(page).dialog.waitFor();
  assert.equal(await page.evaluate(() => "counted" in window), false, "the no goes on");
  assert.deepEqual(visitor.faults(), []);

  journey.hosts().network.sendsSignal = true;
  const another = await journey.visitor({ locale: "en-US" });
  await another.context.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { value: true }),
  );
  page = await another.context.newPage();
  await visit();
  assert.deepEqual(await choice(page), { ...NONE, ...(await choice(page)), marketing: false });
  assert.equal(await page.evaluate(() => "counted" in window), false);
  assert.deepEqual(another.faults(), []);
});
