// The operator's page: the figures it shows are the log's, and a wrong token sees nothing.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { enter, lookUp, signIn, withAdminPage } from "../support/admin-page.mjs";
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
      [
        group.answers,
        rate(group.opted_in_percent),
        group.accept_all,
        group.reject_all,
        group.withdrawals,
        group.dismissals,
      ].map(String);
    assert.deepEqual(
      (await rows(page, "days")).map(([, ...row]) => row),
      Object.values(statistics().days).map(cells),
    );
    const { regimes, locales, countries, surfaces, revisions } = statistics();
    assert.deepEqual(await rows(page, "regimes"), [
      ["Permission first", ...cells(regimes.opt_in)],
      ["Notice", ...cells(regimes.notice)],
    ]);
    assert.deepEqual(await rows(page, "locales"), [
      ["қазақ тілі", ...cells(locales.kk)],
      ["English", ...cells(locales.en)],
    ]);
    assert.deepEqual(await rows(page, "countries"), [
      ["Germany (DE)", ...cells(countries.DE)],
      ["France (FR)", ...cells(countries.FR)],
      ["Kazakhstan (KZ)", ...cells(countries.KZ)],
    ]);
    assert.deepEqual(await rows(page, "surfaces"), [
      ["Banner", ...cells(surfaces.banner)],
      ["Page of choices", ...cells(surfaces.choices)],
    ]);
    const [[revision]] = Object.entries(revisions);
    const [[name, ...counted], ...others] = await rows(page, "revisions");
    assert.ok(name.startsWith(revision), name);
    assert.deepEqual([counted, others], [cells(revisions[revision]), []]);
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
    const [first, notice] = await rows(page, "regimes");
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

test("shown banners have figures where they are counted, and nowhere else", () =>
  visiting("en", async (page) => {
    const today = new Date();
    let figures = exampleFigures(30, today);
    await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
    await enter(page);
    assert.equal(await page.locator("[data-figure=shown]").count(), 0);
    assert.equal(await page.locator(".chart__area").count(), 4);
    assert.equal((await rows(page, "days"))[0].length, 7);
    figures = exampleFigures(30, today, { isCounting: true });
    await page.locator("button[data-days='30']").click();
    await page.locator("[data-figure=shown]").waitFor();
    assert.equal(await figure(page, "shown"), figures.total.shown);
    assert.equal(
      await page.locator("[data-figure=unanswered]").innerText(),
      `${figures.total.unanswered_percent}%`,
    );
    assert.equal(await page.locator(".chart__area").count(), 6);
    const day = Object.values(figures.days).at(-1);
    assert.deepEqual((await rows(page, "days"))[0].slice(-2), [
      String(day?.shown),
      `${day?.unanswered_percent}%`,
    ]);
  }));

test("a name shows the figures of its events alone, until everything is asked for again", () =>
  visiting("en", async (page, faults, requests) => {
    await enter(page);
    const asked = () => requests.findLast((request) => request.includes("/stats"));
    const { countries, total } = statistics();
    await page.locator("[data-kind=country][data-name=KZ]").click();
    await page
      .locator("[data-admin=only]", { hasText: "Only this Country: Kazakhstan (KZ)." })
      .waitFor();
    assert.match(asked() ?? "", /&country=KZ$/);
    assert.equal(await figure(page, "answers"), countries.KZ.answers);
    assert.equal((await rows(page, "days"))[0][1], String(countries.KZ.answers));
    await page.locator("[data-kind=surface][data-name=banner]").click();
    await page.locator("[data-admin=only]", { hasText: "Only this Place: Banner." }).waitFor();
    assert.match(asked() ?? "", /&surface=banner$/);
    await page.locator("[data-admin=whole]").click();
    await page.locator("[data-admin=only]").waitFor({ state: "hidden" });
    assert.equal(await figure(page, "answers"), total.answers);
    assert.deepEqual(faults, []);
  }));

const AGO = (/** @type {number} */ days) => new Date(Date.now() - days * 864e5).toISOString();

describe("what is wrong with the log", () => {
  for (const [name, change, said] of /** @type {[string, object, RegExp][]} */ ([
    ["the hourly run does not come", { checkpoint: AGO(3) }, /waiting for a checkpoint; .* cron/],
    ["it never came", { checkpoint: null, oldest: AGO(3) }, /last one was published: never yet/],
    ["the log is full", { full: true }, /The log is full: .*LOG_ARCHIVE/],
    ["it is damaged", { damaged: "tile 7" }, /damaged \(tile 7\), and nothing is logged/],
    ["there was a flood", { flood: AGO(1) }, /budget of requests was used up/],
    [
      "a witness fails",
      { witnesses: [{ name: "w", size: 3, time: null, problem: "it answers 503", since: AGO(1) }] },
      /witness w does not cosign: it answers 503/,
    ],
    [
      "the archive fails",
      { archive_problem: "bundle 3 reads back otherwise" },
      /archive does not work: bundle 3 reads back otherwise\. .* R2/,
    ],
  ])) {
    test(`${name}: a sentence says so, and what to do`, () =>
      visiting("en", async (page) => {
        const figures = exampleFigures(30, new Date());
        Object.assign(figures.log, change);
        await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
        await enter(page);
        const told = page.locator("[data-part=problems] li");
        assert.equal(await told.count(), 1);
        assert.match(await told.innerText(), said);
      }));
  }

  test("nothing is said of a quiet log, of an old flood, and of one that is well", () =>
    visiting("en", async (page) => {
      const figures = exampleFigures(30, new Date());
      Object.assign(figures.log, { newest: AGO(9), checkpoint: AGO(8), flood: AGO(8) });
      await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
      await enter(page);
      assert.equal(await page.locator("[data-part=problems]").innerText(), "");
      assert.match(await page.locator("[data-part=witnesses]").innerText(), /auditor/);
    }));

  test("a service that does not answer is told of", () =>
    visiting("en", async (page) => {
      await page.route("**/health", (route) => route.abort());
      await enter(page);
      assert.match(await page.locator("[data-part=problems]").innerText(), /does not answer/);
    }));
});

test("times are told in the reader's zone or in UTC, days always in UTC", () =>
  visiting(
    "en",
    async (page) => {
      const figures = exampleFigures(3, new Date("2026-11-20T00:00:00Z"));
      figures.log.newest = "2026-11-20T20:41:07.530Z";
      await page.route("**/stats?*", (route) => route.fulfill({ json: figures }));
      await enter(page);
      const newest = page.locator(`[data-part=log] time[datetime="${figures.log.newest}"]`);
      assert.match(await newest.innerText(), /^Nov 21, 2026, 01:41 AM GMT\+5$/);
      await page.locator("[data-admin=zone]").selectOption("UTC");
      assert.match(await newest.innerText(), /^Nov 20, 2026, 08:41 PM UTC$/);
      assert.equal((await rows(page, "days"))[0][0], "Nov 20, 2026");
    },
    { timezoneId: "Asia/Almaty" },
  ));

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
          await lookUp(page, "1");
          await page.locator("[data-verdict]").waitFor();
          await page.locator(".source summary").click();
          await page.locator("[data-admin=trail]").click();
          await page.locator("[data-part=audit] table").waitFor();
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
        await lookUp(page, "1");
        await page.locator("[data-verdict]").waitFor();
        await page.locator("[data-admin=trail]").click();
        await page.locator("[data-part=audit] table").waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
        const small = await page
          .locator("main :is(button, input, select, textarea, summary)")
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
    const charts = page.locator(".chart__area");
    assert.equal(await charts.count(), 4);
    for (const chart of await charts.all())
      assert.match((await chart.getAttribute("aria-label")) ?? "", /The table has the numbers\.$/);
  }));

test("the print has the figures and no controls", () =>
  visiting("ru", async (page) => {
    await enter(page);
    await page.emulateMedia({ media: "print" });
    for (const hidden of [
      "[data-admin=range]",
      "[data-admin=lookup]",
      "[data-export=csv]",
      ".languages",
    ])
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
