// The banner on pages that the builder did not make, put there as docs/embedding.md says, word for
// word: on the policy site's own origin, on another subdomain and on another domain, under the
// strict policy of the documentation.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  banner,
  choice,
  LOCALES,
  layoutShift,
  NONE,
  NOTHING_STORED,
  storage,
} from "../support/browser.mjs";
import { ALL, cookiesNamed, FRAME, saved, withShop } from "../support/embedded-page.mjs";
import { documented, PAGES, POLICIES } from "../support/embedding.mjs";

const { script } = await documented();
const { hosts, shop, visiting } = withShop();

for (const [relation, address] of Object.entries(PAGES)) {
  describe(`a page on ${relation}`, () => {
    test("shows the banner and leaves nothing behind before a choice", () =>
      visiting(async ({ page, context, go }) => {
        await go(address);
        await banner(page).dialog.waitFor();
        assert.deepEqual(await storage(page), NOTHING_STORED);
        assert.deepEqual(await context.cookies(), []);
        assert.deepEqual(
          hosts(),
          [...new Set([POLICIES, new URL(address).host])].sort(),
          "nobody else was asked for anything",
        );
        const questions = shop()
          .asked.filter(({ host }) => host === POLICIES)
          .map(({ path }) => path.replace(/[0-9a-f]{10,64}/, "<hash>"));
        const own = new URL(address).pathname;
        assert.deepEqual(
          questions.filter((path) => path !== own && path !== "/favicon.ico").sort(),
          [
            "/api/consent",
            "/assets/consult.<hash>.js",
            "/assets/dialog.<hash>.js",
            "/assets/page.<hash>.js",
            "/assets/question.<hash>.js",
            "/assets/surroundings.<hash>.js",
            "/assets/texts.<hash>/en.txt",
            "/embed.js",
          ],
        );
        assert.equal(await layoutShift(page), 0, "nothing moved");
      }));

    test("keeps a refusal and an acceptance, and tells its services", () =>
      visiting(async ({ page, context, go }) => {
        await go(address);
        await banner(page).reject.click();
        await saved(page);
        await go(address);
        assert.ok(await banner(page).dialog.isHidden(), "nobody asks again");
        assert.deepEqual(await choice(page), NONE);
        assert.ok(!hosts().includes("www.googletagmanager.com"));

        await banner(page).reopen.first().click();
        await banner(page).accept.click();
        await saved(page);
        await page.waitForFunction(() => document.cookie.includes("_ga="));
        assert.deepEqual(await choice(page), ALL);
        assert.ok(hosts().includes("www.googletagmanager.com"));
        const [cookie, ...others] = await cookiesNamed(context, "kelisim_cc_cookie");
        assert.deepEqual(others, []);
        assert.ok(cookie.secure);
        const isForeign = relation === "another domain";
        assert.equal(cookie.sameSite, isForeign ? "None" : "Lax");
        assert.equal(
          /** @type {any} */ (cookie).partitionKey !== undefined,
          isForeign,
          "kept for that site alone",
        );
        assert.equal(cookie.domain, ".shop.kz");

        await go(address);
        await page.waitForFunction(() => "google_tag_manager" in window);
        assert.deepEqual(await choice(page), ALL);
      }));

    test("clears cookies on withdrawal and loads the page anew without services", () =>
      visiting(async ({ page, context, go }) => {
        await go(address);
        await banner(page).accept.click();
        await page.waitForFunction(() => document.cookie.includes("_ga="));
        await banner(page).reopen.first().click();
        await Promise.all([page.waitForEvent("load"), banner(page).reject.click()]);
        await saved(page);
        assert.deepEqual(await cookiesNamed(context, "_ga"), []);
        assert.deepEqual(await choice(page), NONE);
        assert.ok(!(await page.evaluate(() => "google_tag_manager" in window)));
      }));
  });
}

test("a choice made on one subdomain holds on all of them, and on the policy pages", () =>
  visiting(async ({ page, go }) => {
    await go(PAGES["a subdomain"]);
    await banner(page).accept.click();
    await saved(page);
    for (const address of [PAGES["the same origin"], `https://${POLICIES}/ru/privacy/`]) {
      await go(address);
      assert.ok(await banner(page).dialog.isHidden(), address);
      assert.deepEqual(await choice(page), ALL);
    }
  }));

test("another domain whose browser keeps no cookie of others is told so, and nothing runs", async () => {
  shop().network.passesCookies = false;
  try {
    await visiting(async ({ page, context, go }) => {
      await go(PAGES["another domain"]);
      await banner(page).accept.click();
      await banner(page).status("unkept").waitFor();
      assert.deepEqual(await context.cookies(), []);
      assert.deepEqual(await choice(page), NONE);
      assert.ok(!hosts().includes("www.googletagmanager.com"));
    });
  } finally {
    shop().network.passesCookies = true;
  }
});

test("who comes back to a page of another domain finds the boxes ticked as they were, and what was closed closed", () =>
  visiting(async ({ page, go }) => {
    await go(PAGES["another domain"]);
    await page.evaluate(() =>
      document.addEventListener("consent:change", () => Object.assign(window, { isChanged: true })),
    );
    const comeBack = async () => {
      const answer = page.waitForResponse((response) => response.url().endsWith("/api/consent"));
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await (await answer).finished();
      // The script handles the answer before it gets to this.
      await page.evaluate(
        (host) => fetch(`https://${host}/robots.txt`, { mode: "no-cors", cache: "no-store" }),
        POLICIES,
      );
    };
    await banner(page).unfold();
    await banner(page).box("analytics").check();
    await comeBack();
    assert.ok(await banner(page).box("analytics").isChecked());
    assert.ok(await banner(page).save.isVisible());
    await banner(page).reopen.first().click();
    await banner(page).close.click();
    await comeBack();
    assert.ok(await banner(page).dialog.isHidden());
    assert.ok(await page.evaluate(() => !("isChanged" in window)), "and nobody is told anything");
  }));

test("a choice made in another tab of that domain counts when the visitor comes back", () =>
  visiting(async ({ page, context, go }) => {
    await go(PAGES["another domain"]);
    const other = await context.newPage();
    await other.goto(PAGES["another domain"]);
    await other.waitForFunction(() => "isDecided" in window);
    await banner(other).accept.click();
    await saved(other);
    await other.close();
    await page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
    await banner(page).dialog.waitFor({ state: "hidden" });
    assert.deepEqual(await choice(page), ALL);
  }));

test("an origin that is not listed learns nothing", async () => {
  const context = await shop().browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`https://${FRAME}/`);
  const ask = (/** @type {RequestInit} */ init) =>
    page.evaluate(
      ([address, settings]) =>
        fetch(address, settings).then(
          () => "read",
          () => "refused",
        ),
      /** @type {const} */ ([`https://${POLICIES}/api/consent`, init]),
    );
  assert.equal(await ask({ credentials: "include" }), "refused");
  assert.equal(
    await ask({
      credentials: "include",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }),
    "refused",
  );
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});

describe("the language", () => {
  for (const [wanted, expected] of [
    ...LOCALES.map((locale) => [locale, locale]),
    ["ru-KZ", "ru"],
    // The reader's, whose browser speaks English.
    ["de", "en"],
    ["", "en"],
  ]) {
    test(`of a page in ${wanted || "no language"} is answered in ${expected}`, () =>
      visiting(async ({ page, go }) => {
        await go(`${PAGES["a subdomain"]}?lang=${wanted}`);
        const host = page.locator("kelisim-banner");
        assert.equal(await host.getAttribute("lang"), expected);
        assert.equal(
          await page.locator("#cc-main .cm__policy").getAttribute("href"),
          `https://${POLICIES}/${expected}/cookies/`,
        );
        await banner(page).reject.click();
        await saved(page);
        assert.equal(
          await page.locator("#cc-main input[name=locale]").getAttribute("value"),
          expected,
        );
      }));
  }
});

test("the documented calls do what they say", () =>
  visiting(async ({ page, go }) => {
    await go(PAGES["a subdomain"]);
    /** @type {string[]} */
    const printed = [];
    page.on("console", (message) => printed.push(message.text()));
    // As a developer tries them: in the console, which no policy of the page restricts.
    const session = await page.context().newCDPSession(page);
    await session.send("Runtime.evaluate", { expression: script });
    await banner(page).save.waitFor();
    await banner(page).accept.click();
    await saved(page);
    assert.equal(printed.length, 3, "at once, after the change, and the event");
    assert.equal(printed.at(-1), "true");
  }));

test("two tags make one banner, and a page of the site keeps its own", () =>
  visiting(async ({ page, go }) => {
    await go(PAGES["a subdomain"]);
    for (const address of [PAGES["a subdomain"], `https://${POLICIES}/en/privacy/`]) {
      await go(address);
      await page.evaluate(async (source) => {
        const policy = /** @type {any} */ (window).trustedTypes.createPolicy("goog#html", {
          createScriptURL: (/** @type {string} */ same) => same,
        });
        const script = document.createElement("script");
        script.src = policy.createScriptURL(source);
        await new Promise((resolve) => {
          script.onload = resolve;
          document.head.append(script);
        });
      }, `https://${POLICIES}/embed.js`);
      assert.equal(await page.locator("#cc-main").count(), 1);
    }
  }));
