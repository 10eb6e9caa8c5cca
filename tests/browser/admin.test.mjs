// The operator's page: the figures it shows are the log's, and a wrong token sees nothing.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { enter, signIn, withAdminPage } from "../support/admin-page.mjs";
import { violations } from "../support/axe.mjs";
import { LOCALES } from "../support/browser.mjs";
import { exampleFigures } from "../support/example-figures.mjs";
import { RECORDS, TOKEN } from "../support/filled-log.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { site, statistics, visiting } = withAdminPage();

/**
 * Digits of what is shown, whatever the language groups them with.
 * @param {Page} page
 * @param {string} name
 */
const figure = async (page, name) =>
  Number((await page.locator(`[data-figure=${name}]`).innerText()).replace(/\D/g, ""));

/** The cells of a table, row by row. @param {Page} page @param {string} part */
const rows = (page, part) =>
  page
    .locator(`[data-part=${part}] tbody tr`)
    .evaluateAll((all) =>
      all.map((row) =>
        [...row.children].map((cell) => /** @type {HTMLElement} */ (cell).innerText.trim()),
      ),
    );

test("the figures on the page are the log's", () =>
  visiting("en", async (page, faults) => {
    await enter(page);
    assert.equal(statistics().events, RECORDS);
    assert.equal(await figure(page, "events"), statistics().events);
    assert.equal(await figure(page, "answers"), statistics().total.answers);
    assert.equal(await figure(page, "records"), statistics().log.records);
    for (const action of ["accept_all", "reject_all", "custom", "withdraw"])
      assert.equal(await figure(page, action), statistics().actions[action], action);
    const rate = (/** @type {number | null} */ percent) =>
      percent === null ? "too few to say" : `${percent}%`;
    const cells = (/** @type {any} */ group) =>
      [group.answers, rate(group.opted_in_percent), group.accept_all, group.reject_all].map(String);
    assert.deepEqual(
      (await rows(page, "days")).map(([, ...row]) => row),
      Object.values(statistics().days).map(cells),
    );
    assert.deepEqual(await rows(page, "regimes"), [
      ["Notice", ...cells(statistics().regimes.notice)],
      ["Permission first", ...cells(statistics().regimes.opt_in)],
    ]);
    assert.deepEqual(await rows(page, "locales"), [
      ["English", ...cells(statistics().locales.en)],
      ["Қазақша", ...cells(statistics().locales.kk)],
    ]);
    const granted = Object.values(statistics().categories).map((/** @type {any} */ own) => [
      String(own.granted),
      rate(own.granted_percent),
    ]);
    assert.deepEqual(
      (await rows(page, "categories")).map(([, ...row]) => row).sort(),
      granted.sort(),
    );
    assert.deepEqual(faults, []);
  }));

test("of fewer than thirty answers no rate is told", () =>
  visiting("en", async (page) => {
    await enter(page);
    assert.ok(
      statistics().regimes.notice.answers < 30 && statistics().regimes.opt_in.answers >= 30,
      "this test needs such a log",
    );
    const [notice, first] = await rows(page, "regimes");
    assert.equal(notice[2], "too few to say");
    assert.match(first[2], /^\d+(\.\d)?%$/);
    assert.equal(await page.locator("[data-part=regimes] .bar").count(), 1);
  }));

test("a day has its column, one of few answers a pale one, one without answers none", () =>
  visiting("en", async (page) => {
    const figures = exampleFigures(30, new Date());
    const few = Object.values(figures.days).filter((day) => day.answers < 30).length;
    assert.ok(few > 0 && Object.keys(figures.days).length < 30, "this test needs such a month");
    await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
    await enter(page);
    const [rates, counts] = await page.locator(".chart__area").all();
    assert.equal(await rates.locator("rect").count(), 30);
    assert.equal(await rates.locator(".chart__few").count(), few);
    const heights = (
      await rates
        .locator(".chart__column")
        .evaluateAll((all) => all.map((one) => Number(one.getAttribute("height"))))
    ).filter(Boolean);
    assert.deepEqual(
      heights,
      Object.values(figures.days)
        .map((day) => day.opted_in_percent)
        .filter((percent) => percent !== null),
    );
    const most = Math.max(...Object.values(figures.days).map((day) => day.answers));
    const tallest = Math.max(
      ...(await counts
        .locator("rect")
        .evaluateAll((all) => all.map((one) => Number(one.getAttribute("height"))))),
    );
    assert.ok(tallest <= 100 && tallest > 99, `the tallest of ${most} stands ${tallest} high`);
    assert.ok(await page.locator(".legend").isVisible());
  }));

test("numbers and days are written as the language does, also where the browser does not know it", () =>
  visiting("kk", async (page) => {
    const figures = exampleFigures(30, new Date("2026-11-20T00:00:00Z"));
    await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
    await enter(page);
    assert.equal((await rows(page, "days"))[0][0], "20.11.2026");
    assert.equal(
      await page.locator("[data-figure=rate]").innerText(),
      `${String(figures.total.opted_in_percent).replace(".", ",")}\u00a0%`,
    );
  }));

test("a night that did not come is told", () =>
  visiting("en", async (page) => {
    const figures = exampleFigures(30, new Date());
    figures.log.checkpoint = new Date(Date.now() - 3 * 864e5).toISOString();
    await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
    await enter(page);
    assert.match(await page.locator("[data-part=log] .warned").innerText(), /overdue/);
  }));

test("a period is the days that are named, both included", () =>
  visiting("en", async (page, _, requests) => {
    await enter(page);
    const today = new Date().toISOString().slice(0, 10);
    const asked = () => requests.findLast((request) => request.includes("/stats"))?.split("?")[1];
    const later = (/** @type {string} */ day) =>
      new Date(Date.parse(day) + 864e5).toISOString().slice(0, 10);
    await page.locator("[data-admin=from]").fill("2026-01-01");
    await page.locator("[data-admin=to]").fill("2026-01-31");
    await page.locator("[data-admin=range] [type=submit]").click();
    await page.locator("[data-figure=events]", { hasText: /^0$/ }).waitFor();
    assert.equal(asked(), "from=2026-01-01&to=2026-02-01");
    assert.equal(await page.locator("[data-figure=rate]").innerText(), "too few to say");
    await page.locator("button[data-days='7']").click();
    await page.locator("[data-figure=events]", { hasText: String(RECORDS) }).waitFor();
    assert.equal(
      asked(),
      `from=${new Date(Date.parse(today) - 6 * 864e5).toISOString().slice(0, 10)}&to=${later(today)}`,
    );
    await Promise.all([
      page.waitForRequest(/\/stats\?$/),
      page.locator("button[data-days='']").click(),
    ]);
    await page.locator("[data-admin=from]").fill("2026-03-01");
    await page.locator("[data-admin=to]").fill("2026-02-01");
    await page.locator("[data-admin=range] [type=submit]").click();
    assert.equal(
      await page.locator("[data-admin=fault] p").innerText(),
      "The first day is after the last.",
    );
  }));

describe("a token", () => {
  test("that is wrong opens nothing, and says so", () =>
    visiting("kk", async (page) => {
      for (const wrong of ["x".repeat(64), "ұзын-бірақ-хедерге-жазылмайтын-токен-осы"]) {
        await signIn(page, wrong);
        await page.locator("[data-admin=fault]").waitFor();
        assert.equal(
          await page.locator("[data-admin=fault] p").innerText(),
          "Бұл токен осы сайттың журналын ашпайды.",
        );
        assert.ok(await page.locator("[data-admin=open]").isHidden());
        assert.equal(await page.locator("[data-part=total]").innerText(), "");
      }
      await enter(page);
      assert.ok(await page.locator("[data-admin=fault]").isHidden());
    }));

  test("is kept nowhere, and gone with the page", () =>
    visiting("en", async (page, _, requests) => {
      await enter(page);
      assert.equal(await page.locator("[data-admin=token]").inputValue(), "");
      const kept = await page.evaluate(() =>
        JSON.stringify([
          document.cookie,
          { ...localStorage },
          { ...sessionStorage },
          history.state,
          location.href,
        ]),
      );
      assert.ok(!kept.includes(TOKEN), kept);
      assert.ok(requests.every((request) => !request.includes(TOKEN)));
      await page.locator("[data-admin=forget]").click();
      assert.ok(await page.locator("[data-admin=open]").isHidden());
      assert.equal(await page.locator("[data-part=days]").innerText(), "");
      await enter(page);
      await page.goto(`${site.server.origin()}/en/`);
      await page.goBack();
      assert.ok(await page.locator("[data-admin=open]").isHidden());
    }));

  test("can be filled in by a password manager and be sent by nothing but the script", () =>
    visiting("en", async (page) => {
      assert.equal(
        await page.locator("form input[type=password][autocomplete=current-password]").count(),
        1,
      );
      assert.equal(await page.locator("form input[autocomplete=username]").inputValue(), "cap.kz");
      assert.equal(await page.locator("input[name]").count(), 0);
    }));
});

describe("when something fails", () => {
  for (const [status, said] of /** @type {const} */ ([
    [429, "Too many requests. Try again in 7 seconds."],
    [503, "The log does not answer. Nothing is lost; try again later."],
    [0, "The service can’t be reached."],
  ])) {
    test(`${status || "no network"}: the page says what, and trying again goes on`, () =>
      visiting("en", async (page) => {
        await page.route(
          "**/stats?*",
          (route) =>
            status
              ? route.fulfill({ status, headers: { "retry-after": "7" }, body: "{}" })
              : route.abort(),
          { times: 1 },
        );
        await signIn(page);
        await page.locator("[data-admin=fault] p", { hasText: said }).waitFor();
        await page.locator("[data-admin=retry]").click();
        await page.locator("[data-admin=open]").waitFor();
        assert.ok(await page.locator("[data-admin=fault]").isHidden());
      }));
  }

  test("a token that was taken back shows nothing any more", () =>
    visiting("en", async (page) => {
      await enter(page);
      await page.route("**/stats?*", (route) => route.fulfill({ status: 401, body: "{}" }));
      await page.locator("button[data-days='7']").click();
      await page.locator("[data-admin=closed]").waitFor();
      assert.equal(await page.locator("[data-part=total]").innerText(), "");
    }));
});

for (const locale of LOCALES) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`axe finds nothing in ${locale}, ${colorScheme}: signed out, refused, signed in`, () =>
      visiting(
        locale,
        async (page) => {
          assert.deepEqual(await violations(page), [], "signed out");
          await signIn(page, "x".repeat(64));
          await page.locator("[data-admin=fault]").waitFor();
          assert.deepEqual(await violations(page), [], "refused");
          await enter(page);
          assert.deepEqual(await violations(page), [], "signed in");
          const left = await page.locator("main").innerText();
          assert.doesNotMatch(left, /\{\w+\}|undefined|NaN|Invalid/);
        },
        { colorScheme },
      ));
  }

  test(`${locale}: at 320 pixels nothing stands out, and every control is tall enough`, () =>
    visiting(
      locale,
      async (page) => {
        await enter(page);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
        const small = await page
          .locator("main :is(button, input)")
          .evaluateAll((all) =>
            all
              .filter(
                (one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 44,
              )
              .map((one) => one.outerHTML),
          );
        assert.deepEqual(small, []);
      },
      { viewport: { width: 320, height: 640 } },
    ));
}

test("the keyboard reaches the figures, and every chart has a table and a text", () =>
  visiting("en", async (page) => {
    await page.locator("[data-admin=token]").focus();
    await page.keyboard.insertText(TOKEN);
    await page.keyboard.press("Enter");
    await page.locator("[data-admin=open]").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "s-answers");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "region");
    const charts = page.locator(".chart__area");
    assert.equal(await charts.count(), 2);
    for (const chart of await charts.all())
      assert.match((await chart.getAttribute("aria-label")) ?? "", /The table has the numbers\.$/);
  }));

test("the print has the figures and no controls", () =>
  visiting("ru", async (page) => {
    await enter(page);
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["[data-admin=range]", "[data-export=csv]", ".languages"])
      assert.ok(await page.locator(hidden).isHidden(), hidden);
    assert.ok(await page.locator("[data-part=days] table").isVisible());
  }));

test("no page but this one loads what belongs to it, and nothing announces it", async () => {
  const dist = new URL("../../dist/cap.kz/", import.meta.url);
  const read = (/** @type {string} */ name) => readFile(new URL(name, dist), "utf8");
  for (const page of [
    "index.html",
    "admin/index.html",
    "kk/index.html",
    "kk/privacy/index.html",
    "kk/choices/index.html",
  ])
    assert.doesNotMatch(await read(page), /assets\/admin/, page);
  for (const page of ["admin/index.html", "kk/admin/index.html"])
    assert.match(await read(page), /<meta name="robots" content="noindex">/, page);
  assert.doesNotMatch(await read("sitemap.xml"), /admin/);
  const served = await fetch(`${site.server.origin()}/ru/admin/`);
  assert.match(
    served.headers.get("content-security-policy") ?? "",
    /connect-src 'self'; form-action 'none';.*trusted-types 'none'$/,
  );
  assert.equal(served.headers.get("x-robots-tag"), "noindex");
  const choice = await (await fetch(`${site.server.origin()}/admin/`)).text();
  for (const locale of LOCALES) assert.ok(choice.includes(`href="/${locale}/admin/"`));
});
