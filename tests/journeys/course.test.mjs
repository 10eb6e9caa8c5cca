// A course in Kazakhstan: an agreement that the lawyer wrote in three columns, pages in Kazakh on
// Turbo with a registration, and the receipt of somebody who registered.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { banner, choice, NONE } from "../support/browser.mjs";
import { saved } from "../support/embedded-page.mjs";
import { beginJourney, document, TODAY } from "../support/journey.mjs";

const POLICIES = "kelisim.kurs.kz";
const COURSE = "https://www.kurs.kz";
const PHONE = { width: 360, height: 640 };

const turbo = readFileSync(
  createRequire(import.meta.url).resolve("@hotwired/turbo/dist/turbo.es2017-umd.js"),
  "utf8",
);

/** A page of the course. @param {string} title @param {string} main */
const markup = (title, main) => `<!doctype html>
<html lang="kk">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <script src="/turbo.js"></script>
    <script src="https://${POLICIES}/embed.js" async></script>
  </head>
  <body>
    <nav><a href="/">Курс</a> <a href="/tirkelu">Тіркелу</a></nav>
    <main><h1>${title}</h1>${main}</main>
    <footer><a href="https://${POLICIES}/kk/choices/" data-choices="open">Құпиялық таңдауыңыз</a></footer>
  </body>
</html>`;

/** @type {Record<string, string>} */
const PAGES = {
  "/": markup(
    "Курс",
    `<p>Сегіз апта.</p><script type="text/plain" data-consent="analytics" src="https://counter.example/count.js"></script>`,
  ),
  "/tirkelu": markup(
    "Тіркелу",
    `<form action="/dayyn">
      <p><label>Аты-жөніңіз <input name="aty" required></label></p>
      <p><label><input type="checkbox" name="kelisim" required> <a href="https://${POLICIES}/kk/agreement/#c-2-1">Келісімнің 2.1-тармағымен</a> келісемін</label></p>
      <button>Жіберу</button>
    </form>`,
  ),
  "/dayyn": markup("Дайын", "<p>Сіз тіркелдіңіз.</p>"),
};

/** @type {import("../support/journey.mjs").Journey} */
let journey;
before(async () => {
  journey = await beginJourney(POLICIES, {
    visitor: { country: "KZ" },
    page: (host, path) => {
      if (host === "counter.example") return { script: "window.counted = true;" };
      if (host !== new URL(COURSE).host) return undefined;
      if (path === "/turbo.js") return { script: turbo };
      return PAGES[path.split("?")[0]];
    },
  });
});
after(() => journey?.stop());

test("the site is made, and the lawyer's agreement is on it in three languages with the same clauses", async () => {
  journey.run(
    "new",
    POLICIES,
    "--yes",
    ...["--country", "KZ", "--languages", "kk,ru,en"],
    ...["--name", "«Өнер мектебі»", "--name-lang", "kk"],
    ...["--registration", "bin=250440000004"],
    ...["--phone", "8 (700) 000-00-00", "--email", "kelisim@kurs.kz"],
    ...["--address", "kk=Алматы қаласы, Абай даңғылы, 1"],
    ...["--address", "ru=город Алматы, проспект Абая, 1"],
    ...["--address", "en=1 Abai Avenue, Almaty"],
    ...["--service", "yandex-metrica=12345678"],
  );
  await journey.edit("site.toml", (text) =>
    text
      .replace(/^policies = \[(.*)\]/m, 'policies = [$1, "agreement"]')
      .replace(
        /^host = .*$/m,
        (line) => `${line}\ncookie_domain = "kurs.kz"\norigins = ["${COURSE}"]`,
      ),
  );
  const imported = journey.program("site-builder", [
    "import",
    document("site-builder/tests/suite/import/files/agreement.docx"),
    ...["--site", POLICIES, "--policy", "agreement", "--date", TODAY],
  ]);
  assert.equal(imported.status, 0, imported.said);
  assert.match(imported.said.split("\n")[0], /builds/);
  await journey.publish();
  for (const locale of ["kk", "ru", "en"]) {
    const page = await journey.built(`${locale}/agreement`);
    assert.ok(page.includes('id="c-2-1-p3"'), locale);
  }
});

test("somebody registers in Kazakh on a phone, is asked once, and can prove the answer", async () => {
  const { context, faults } = await journey.visitor({ viewport: PHONE, locale: "kk-KZ" });
  const page = await context.newPage();
  await page.goto(COURSE);
  await banner(page).dialog.waitFor();
  const dialog = await banner(page).dialog.boundingBox();
  assert.ok((dialog?.height ?? PHONE.height) <= PHONE.height / 2, "half of the page is left");
  const words = await banner(page).dialog.innerText();
  assert.ok(words.includes("www.kurs.kz") && words.includes("Өнер мектебі"), words);

  await page.getByRole("link", { name: "Тіркелу" }).click();
  await page.getByRole("heading", { name: "Тіркелу" }).waitFor();
  await banner(page).dialog.waitFor();
  const name = page.getByLabel("Аты-жөніңіз");
  await name.fill("Айгерім");
  await page.getByLabel(/келісемін/).check();
  await page.getByRole("button", { name: "Жіберу" }).click();
  await page.getByRole("heading", { name: "Дайын" }).waitFor();
  assert.match(page.url(), /kelisim=on/);
  await banner(page).dialog.waitFor();
  assert.equal(await page.evaluate(() => "counted" in window), false);

  await banner(page).accept.click();
  await saved(page);
  await page.getByRole("link", { name: "Курс" }).click();
  await page.waitForFunction(() => "counted" in window);
  assert.ok(await banner(page).dialog.isHidden());

  await page.getByRole("link", { name: "Құпиялық таңдауыңыз" }).click();
  await banner(page).save.waitFor();
  const file = await journey.receipt(page);
  const record = await journey.proven(file);
  assert.deepEqual(
    [record.site, record.country, record.locale, record.action],
    [POLICIES, "KZ", "kk", "accept_all"],
  );
  assert.ok(!JSON.stringify(record).includes("Айгерім"));

  await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
  await saved(page);
  assert.deepEqual(await choice(page), NONE);
  assert.deepEqual(faults(), []);
  await context.close();
});
