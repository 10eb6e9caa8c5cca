// What a visitor meets on the first page: the banner of their regime, three equal answers, and
// nothing stored before one is given.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ALL,
  banner,
  choice,
  cookie,
  LOCALES,
  layoutShift,
  NONE,
  NOTHING_STORED,
  newVisitor,
  shownRegimes,
  storage,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

const site = withSite(startServerWithoutRegimes);

/**
 * Opens a page as a new visitor, and closes it whatever happens. Fails when a script fails or the
 * policy refuses something.
 * @param {{from?: string, gpc?: boolean, path?: string, settings?:
 *   import("playwright-core").BrowserContextOptions}} visit
 * @param {(visit: {page: import("playwright-core").Page, context:
 *   import("playwright-core").BrowserContext, requests: string[], at: (path: string) => string}) =>
 *   Promise<void>} check
 */
const visiting = async ({ from = "DE", gpc = false, path = "/kk/cookies/", settings }, check) => {
  const { context, faults, requests } = await newVisitor(site.browser, settings);
  try {
    const origin = site.server.origin(from, { gpc });
    const page = await context.newPage();
    await page.goto(origin + path);
    if (settings?.javaScriptEnabled !== false) await waitForDecision(page);
    await check({ page, context, requests, at: (path) => origin + path });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

describe("before a choice", () => {
  for (const [from, gpc, regime, defaults] of /** @type {[string, boolean, string, object][]} */ ([
    ["DE", false, "opt_in", NONE],
    ["NO", false, "opt_in", NONE],
    ["GB", false, "opt_in", NONE],
    ["CH", false, "opt_in", NONE],
    ["XX", false, "opt_in", NONE],
    ["T1", false, "opt_in", NONE],
    ["KZ", false, "notice", { ...NONE, functional: true }],
    ["US-CA", false, "opt_out", ALL],
    ["US-CA", true, "opt_out", { ...ALL, marketing: false }],
    ["DE", true, "opt_in", NONE],
  ])) {
    test(`a visitor from ${from}${gpc ? " with Global Privacy Control" : ""} is asked by the rules of ${regime}`, () =>
      visiting({ from, gpc }, async ({ page, requests, at }) => {
        const { dialog, accept, reject, choose } = banner(page);
        for (const part of [dialog, accept, reject, choose]) await part.waitFor();
        assert.deepEqual(await shownRegimes(page), [regime]);
        assert.deepEqual(await choice(page), defaults);
        assert.equal(
          await page.locator("#cc-main [data-gpc]").isVisible(),
          gpc,
          "the signal is seen to be honoured",
        );
        await waitForIdle(page);
        assert.deepEqual(await storage(page), NOTHING_STORED);
        assert.deepEqual(
          requests.filter((request) => !request.includes(at("/"))),
          [],
          "nobody else is asked",
        );
      }));
  }

  test("no kind of page leaves anything in the browser of a visitor from Germany, or asks anybody else", async () => {
    const { context, faults, requests } = await newVisitor(site.browser);
    const policies = await fetch(`http://localhost:${site.server.port}/policies.json`);
    const [{ effective }] = (await policies.json()).editions;
    const page = await context.newPage();
    const origin = site.server.origin("DE");
    for (const path of [
      "/languages/",
      "/kk/",
      "/ru/privacy/",
      "/en/cookies/",
      `/kk/privacy/${effective}/`,
      "/ru/privacy/changes/",
      "/en/choices/",
      "/kk/404.html",
      "/nowhere/",
    ]) {
      await page.goto(origin + path);
      await page.waitForLoadState("networkidle");
      assert.deepEqual(await storage(page), NOTHING_STORED, path);
      assert.deepEqual(await context.cookies(), [], path);
    }
    assert.deepEqual(
      requests.filter((request) => !request.includes(`${origin}/`)),
      [],
    );
    assert.deepEqual(faults, []);
    await context.close();
  });

  test("no box is ticked for the visitor, except what is essential and can't be unticked", () =>
    visiting({}, async ({ page }) => {
      const { unfold, box } = banner(page);
      await unfold();
      assert.deepEqual(
        await page
          .locator("#cc-main input:checked")
          .evaluateAll((boxes) =>
            boxes.map((box) => [/** @type {any} */ (box).name, /** @type {any} */ (box).disabled]),
          ),
        [["essential", true]],
      );
      for (const category of ["functional", "analytics", "marketing"])
        assert.ok(await box(category).isEnabled());
    }));

  test("scrolling, following a link and waiting are no consent", () =>
    visiting({}, async ({ page, context }) => {
      await page.mouse.wheel(0, 2000);
      await page.locator(".menu__link").first().click();
      await waitForDecision(page);
      await banner(page).dialog.waitFor();
      assert.deepEqual(await choice(page), NONE);
      assert.deepEqual(await context.cookies(), []);
    }));

  test("nothing moves when the banner appears", () =>
    visiting({}, async ({ page }) => {
      await banner(page).dialog.waitFor();
      assert.equal(await layoutShift(page), 0);
    }));
});

describe("an answer", () => {
  for (const locale of LOCALES) {
    for (const [
      name,
      press,
      granted,
      expected,
    ] of /** @type {[string, (parts: ReturnType<typeof banner>) => Promise<void>, string, object][]} */ ([
      ["accept", ({ accept }) => accept.click(), "7", ALL],
      ["reject", ({ reject }) => reject.click(), "0", NONE],
      [
        "custom",
        async ({ unfold, box, save }) => {
          await unfold();
          await box("analytics").check();
          await save.click();
        },
        "2",
        { ...NONE, analytics: true },
      ],
    ])) {
      test(`${name} in ${locale} is saved, said and remembered`, () =>
        visiting({ path: `/${locale}/privacy/` }, async ({ page, context, requests, at }) => {
          const parts = banner(page);
          await press(parts);
          await parts.status("saved").waitFor();
          assert.ok(await parts.dialog.isHidden());
          assert.deepEqual(await choice(page), expected);
          const saved = await cookie(context);
          assert.equal(saved?.granted, granted);
          assert.ok(saved.secure && saved.sameSite === "Lax" && !saved.httpOnly);
          assert.ok(`${saved.name}=${saved.value}`.length <= 100, "the cookie is small");
          const days = (saved.expires - Date.now() / 1000) / 86_400;
          // Browsers count from their own clock, to the second.
          assert.ok(
            days > 399 && days <= 400 + 1 / 86_400,
            "accepting and rejecting are remembered equally long, and as long as browsers allow",
          );

          requests.length = 0;
          await page.goto(at(`/${locale}/`));
          await waitForIdle(page);
          assert.ok(await parts.dialog.isHidden(), "nobody asks again");
          assert.deepEqual(await choice(page), expected);
          assert.deepEqual(
            requests.filter((request) => request.includes("/api/")),
            [],
            "a known choice needs no question",
          );
        }));
    }
  }

  test("both extremes take one press, and the three buttons are equal", async () => {
    for (const width of [320, 800, 1280]) {
      await visiting({ settings: { viewport: { width, height: 800 } } }, async ({ page }) => {
        const { accept, reject, choose } = banner(page);
        const looks = await Promise.all(
          [accept, reject, choose].map((button) =>
            button.evaluate((element) => {
              const { width, height } = element.getBoundingClientRect();
              const style = getComputedStyle(element);
              return {
                width: Math.round(width),
                height: Math.round(height),
                ...Object.fromEntries(
                  [
                    "color",
                    "backgroundColor",
                    "borderColor",
                    "borderWidth",
                    "fontSize",
                    "fontWeight",
                    "opacity",
                  ].map((name) => [name, style[/** @type {any} */ (name)]]),
                ),
              };
            }),
          ),
        );
        assert.deepEqual(looks[1], looks[0]);
        assert.deepEqual(looks[2], looks[0]);
        assert.ok(looks[0].height >= 44 && looks[0].width >= 44, "fingers hit it");
      });
    }
  });

  test("pressing twice makes one record, whoever is slower", () =>
    visiting({}, async ({ page, context }) => {
      await page.evaluate(() => {
        const button = /** @type {HTMLButtonElement} */ (
          document.querySelector("#cc-main [data-role=necessary]")
        );
        button.click();
        button.click();
      });
      await banner(page).status("saved").waitFor();
      await waitForIdle(page);
      const records = await page.evaluate(async () => (await fetch("/api/consent/records")).json());
      assert.equal(JSON.stringify(records).match(/reject_all/g)?.length, 1);
      assert.equal((await cookie(context))?.granted, "0");
    }));
});

describe("the banner is no wall", () => {
  test("the page behind it can be read, scrolled and used", () =>
    visiting({}, async ({ page }) => {
      await banner(page).dialog.waitFor();
      assert.equal(await page.locator("[inert], [aria-modal=true], dialog").count(), 0);
      await page.mouse.move(200, 200);
      await page.mouse.wheel(0, 600);
      await page.waitForFunction(() => scrollY > 300);
      await page.locator(".clause__number").nth(3).focus();
      assert.ok(
        await page.evaluate(() => document.activeElement?.classList.contains("clause__number")),
      );
    }));

  test("the keyboard passes through it and no focused element is hidden by it", () =>
    visiting(
      { path: "/ru/privacy/", settings: { viewport: { width: 1000, height: 700 } } },
      async ({ page }) => {
        const seen = { banner: 0, page: 0 };
        // Its place is behind the page's text.
        for (let press = 0; press < 400 && seen.banner < 4; press += 1) {
          await page.keyboard.press("Tab");
          const place = await page.evaluate(() => {
            const element = /** @type {HTMLElement} */ (document.activeElement);
            if (element.closest("#cc-main")) return "banner";
            const { top } = element.getBoundingClientRect();
            const bar = /** @type {HTMLElement} */ (
              document.querySelector(".cm")
            ).getBoundingClientRect();
            return top < bar.top ? "page" : `hidden: ${element.outerHTML}`;
          });
          assert.match(place, /^(?:banner|page)$/);
          seen[/** @type {"banner" | "page"} */ (place)] += 1;
        }
        assert.ok(seen.banner > 3 && seen.page > 40, JSON.stringify(seen));
      },
    ));

  test("Escape in a field of the page is not meant for it", () =>
    visiting({}, async ({ page, context }) => {
      await page.evaluate(() => {
        const field = document.createElement("input");
        document.querySelector("main")?.prepend(field);
        field.focus();
      });
      await page.keyboard.press("Escape");
      assert.ok(await banner(page).dialog.isVisible());
      assert.deepEqual(await context.cookies(), []);
    }));

  for (const [where, selector] of [
    ["where the reader was", ".clause__number"],
    ["to the text, if the reader was nowhere", "main"],
  ])
    test(`after an answer by the keyboard the focus goes ${where}`, () =>
      visiting({}, async ({ page }) => {
        const { accept, status } = banner(page);
        if (selector !== "main") await page.locator(selector).nth(3).focus();
        const before = await page.evaluate(() => scrollY);
        await accept.focus();
        await page.keyboard.press("Enter");
        await status("saved").waitFor();
        const place = page.locator(selector).nth(selector === "main" ? 0 : 3);
        assert.ok(await place.evaluate((element) => element === document.activeElement));
        assert.equal(await page.evaluate(() => scrollY), before, "and nothing moves");
      }));
});

describe("reopened from the footer", () => {
  test("it takes the focus, shows what is chosen, and gives the focus back", () =>
    visiting({ path: "/en/privacy/" }, async ({ page }) => {
      const { accept, dialog, box, reopen, save } = banner(page);
      await accept.click();
      await dialog.waitFor({ state: "hidden" });
      await reopen.focus();
      await page.keyboard.press("Enter");
      await dialog.waitFor();
      assert.ok(
        await dialog.evaluate((element) => element === document.activeElement),
        "focus has moved into it",
      );
      assert.ok(await save.isVisible());
      for (const category of ["functional", "analytics", "marketing"])
        assert.ok(await box(category).isChecked());
      assert.deepEqual(await shownRegimes(page), []);
      await page.keyboard.press("Escape");
      assert.ok(await dialog.isHidden());
      assert.ok(
        await reopen.evaluate((element) => element === document.activeElement),
        "focus is back on the link",
      );
    }));

  test("a consent is taken back with as many presses as it was given", () =>
    visiting({}, async ({ page, context }) => {
      const { accept, dialog, reject, reopen } = banner(page);
      await accept.click();
      await dialog.waitFor({ state: "hidden" });
      await reopen.click();
      await Promise.all([page.waitForEvent("load"), reject.click()]);
      await waitForDecision(page);
      assert.deepEqual(await choice(page), NONE);
      assert.equal((await cookie(context))?.granted, "0");
    }));

  test("where a filter list hides the banner, the link leads to the page of choices", () =>
    visiting({ path: "/ru/privacy/" }, async ({ page, at }) => {
      // A filter's style is the user's own, and prevails over all that pages say. Tests have no such
      // origin; what is inline and important prevails as well.
      await banner(page).dialog.evaluate((dialog) =>
        /** @type {HTMLElement} */ (dialog.closest("#cc-main")).style.setProperty(
          "display",
          "none",
          "important",
        ),
      );
      await banner(page).reopen.click();
      await page.waitForURL(at("/ru/choices/"));
    }));
});

describe("Global Privacy Control", () => {
  test("marketing can't be ticked, and accepting everything leaves it off", () =>
    visiting({ from: "US-CA", gpc: true, path: "/en/cookies/" }, async ({ page, context }) => {
      const { accept, box, unfold, dialog } = banner(page);
      await unfold();
      assert.ok(await box("marketing").isDisabled());
      assert.ok(!(await box("marketing").isChecked()));
      await accept.click();
      await dialog.waitFor({ state: "hidden" });
      assert.ok(await banner(page).status("saved_gpc").isVisible(), "the page says that it does");
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
      assert.equal((await cookie(context))?.granted, "3");
    }));

  test("a signal that only the script sees counts as well", async () => {
    const { context } = await newVisitor(site.browser);
    await context.addInitScript(() =>
      Object.defineProperty(navigator, "globalPrivacyControl", { value: true }),
    );
    const page = await context.newPage();
    await page.goto(`${site.server.origin("US-CA")}/en/cookies/`);
    await waitForDecision(page);
    assert.deepEqual(await choice(page), { ...ALL, marketing: false });
    assert.ok(await page.locator("#cc-main [data-gpc]").isVisible());
    await context.close();
  });
});

describe("a message", () => {
  test("of success goes after some seconds, but not while it is pointed at", () =>
    visiting({ path: "/en/cookies/" }, async ({ page }) => {
      const { reject, status } = banner(page);
      await page.clock.install();
      await reject.click();
      await status("saved").waitFor();
      await page.clock.runFor(7_000);
      assert.ok(await status("saved").isVisible());
      await status("saved").hover();
      await page.clock.runFor(60_000);
      assert.ok(await status("saved").isVisible());
      await page.mouse.move(0, 0);
      await page.clock.runFor(2_000);
      assert.ok(await status("saved").isHidden());
    }));

  test("of failure stays until it is closed", () =>
    visiting({ path: "/en/cookies/" }, async ({ page, context }) => {
      const { accept, status } = banner(page);
      await page.clock.install();
      await context.route("**/api/consent", (route) => route.fulfill({ status: 503 }));
      await accept.click();
      await status("unsaved").waitFor();
      await page.clock.runFor(600_000);
      assert.ok(await status("unsaved").isVisible());
      await page.getByRole("button", { name: "Close this message" }).click();
      assert.ok(await status("unsaved").isHidden());
    }));
});

describe("the boxes of single services", () => {
  const box = (/** @type {import("playwright-core").Page} */ page, /** @type {string} */ id) =>
    page.locator(`#cc-main input[value="${id}"]`);
  const isHalf = (/** @type {import("playwright-core").Locator} */ one) =>
    one.evaluate((box) => /** @type {HTMLInputElement} */ (box).indeterminate);

  test("follow their category, and mark it when one differs", () =>
    visiting({ path: "/en/cookies/" }, async ({ page, context }) => {
      const { unfold, box: category, save, status, reopen } = banner(page);
      await unfold();
      await page.locator("#cc-main [data-category=analytics] summary").click();
      await category("analytics").check();
      assert.ok(await box(page, "yandex-metrica").isChecked());
      assert.equal(await isHalf(category("analytics")), false);
      await box(page, "yandex-metrica").uncheck();
      assert.equal(await isHalf(category("analytics")), true);
      const [request] = await Promise.all([
        page.waitForRequest((request) => request.method() === "POST"),
        save.click(),
      ]);
      const { action, choice: chosen, services } = request.postDataJSON();
      assert.deepEqual(
        [action, chosen, services],
        ["custom", { ...NONE, analytics: true }, { "yandex-metrica": false }],
      );
      await status("saved").waitFor();
      assert.match(String((await cookie(context))?.exceptions), /^[\w-]{4}000$/);
      await page.reload();
      await waitForDecision(page);
      await reopen.click();
      assert.ok(await category("analytics").isChecked());
      assert.ok(!(await box(page, "yandex-metrica").isChecked()));
      assert.equal(await isHalf(category("analytics")), true);
    }));

  test("stay as they are being ticked when the visitor comes back from another tab", () =>
    visiting({ path: "/en/cookies/" }, async ({ page }) => {
      const { unfold, box: category } = banner(page);
      await unfold();
      await category("analytics").check();
      await page.evaluate(() => {
        document.dispatchEvent(new Event("visibilitychange"));
        dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        dispatchEvent(new StorageEvent("storage", { key: "kelisim_press" }));
      });
      await waitForIdle(page);
      assert.ok(await category("analytics").isChecked());
    }));
});
