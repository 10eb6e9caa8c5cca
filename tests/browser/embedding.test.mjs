// The banner on pages that the builder did not make, put there as docs/embedding.md says, word for word: on the policy site's own origin, on
// another subdomain and on another domain, under the strict policy of the documentation.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  banner,
  choice,
  LOCALES,
  NONE,
  NOTHING_STORED,
  stored,
  watch,
} from "../support/browser.mjs";
import { documented, PAGES, POLICIES, startShop } from "../support/embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { tags, gated, script } = await documented();
/** What there is to allow: the register has nothing functional. */
const ALL = { ...NONE, analytics: true, marketing: true };
const FRAME = "video.example";

/** The operator's page in a language. @param {string} path */
const markup = (path) => {
  const address = new URL(path, "https://x.example");
  const lang = address.searchParams.get("lang") ?? "en";
  const body = address.searchParams.has("plain") ? "" : tags;
  return `<!doctype html>
<html${lang && ` lang="${lang}"`}><head><meta charset="utf-8"><title>Shop</title></head>
<body><header class="dock"><h1 class="cm__title">Shop</h1><p data-status="open" data-category="analytics"><code>_own</code></p>
<button class="cm__btn" data-role="close" type="button">Close</button><a class="cm" href="#">Link</a></header>
<main><p>${"Words of the page. ".repeat(200)}</p>
${address.searchParams.has("gated") ? gated : ""}
<form><input type="checkbox" name="analytics"></form></main>
<footer>${body}</footer></body></html>`;
};

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  const isPage = (/** @type {string} */ host, /** @type {string} */ path) =>
    host === "www.shop.kz" ||
    host === "course.example" ||
    (host === POLICIES && path.startsWith("/shop/"));
  shop = await startShop((host, path) => {
    if (host === FRAME) return "<!doctype html><title>Video</title>";
    return isPage(host, path) && !path.includes(".ico") ? markup(path) : undefined;
  });
});
after(() => shop?.stop());

/**
 * @param {(visit: {page: Page, context: import("playwright-core").BrowserContext, go: (address: string) => Promise<void>}) => Promise<void>} check
 * @param {(context: import("playwright-core").BrowserContext) => Promise<unknown>} [prepare]
 */
const visiting = async (check, prepare) => {
  const context = await shop.browser.newContext({
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
  });
  try {
    const { faults } = await watch(context);
    await context.exposeFunction("recordCall", () => {});
    await prepare?.(context);
    const page = await context.newPage();
    shop.asked.length = 0;
    await check({
      page,
      context,
      go: async (address) => {
        await page.goto(address);
        await page.waitForFunction(() => "isSettled" in window);
      },
    });
    assert.deepEqual(
      faults,
      [],
      "neither the content security policy nor Trusted Types had to refuse anything",
    );
  } finally {
    await context.close();
  }
};

/** @param {Page} page */
const saved = (page) => banner(page).status("saved").waitFor();
/** Hosts that were asked, each once. */
const hosts = () => [...new Set(shop.asked.map(({ host }) => host))].sort();
/** @param {import("playwright-core").BrowserContext} context @param {string} name */
const cookiesNamed = async (context, name) =>
  (await context.cookies()).filter((cookie) => cookie.name === name);

for (const [relation, address] of Object.entries(PAGES)) {
  describe(`a page on ${relation}`, () => {
    test("shows the banner and leaves nothing behind before a choice", () =>
      visiting(async ({ page, context, go }) => {
        await page.addInitScript(() => {
          Object.assign(window, { shift: 0 });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              Object.assign(window, { shift: /** @type {any} */ (entry).value });
          }).observe({ type: "layout-shift", buffered: true });
        });
        await go(address);
        assert.ok(await banner(page).dialog.isVisible());
        assert.deepEqual(await stored(page), NOTHING_STORED);
        assert.deepEqual(await context.cookies(), []);
        assert.deepEqual(
          hosts(),
          [...new Set([POLICIES, new URL(address).host])].sort(),
          "nobody else was asked for anything",
        );
        const questions = shop.asked
          .filter(({ host }) => host === POLICIES)
          .map(({ path }) => path.replace(/[0-9a-f]{64}/, "<hash>"));
        const own = new URL(address).pathname;
        assert.deepEqual(
          questions.filter((path) => path !== own && path !== "/favicon.ico").sort(),
          ["/api/consent", "/archive/<hash>.txt", "/embed.js"],
        );
        assert.equal(
          await page.evaluate(() => /** @type {any} */ (window).shift),
          0,
          "nothing moved",
        );
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

        await page.getByText("Your privacy choices").last().click();
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
        await page.getByText("Your privacy choices").last().click();
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
        await shop.publish(before);
        try {
          await visiting(async ({ page, context, go }) => {
            await go(`https://${POLICIES}/en/privacy/`);
            await banner(page).accept.click();
            await saved(page);
            await page.waitForFunction(() => document.cookie.includes("_ga="));
            await shop.publish(after);
            await go(`https://${POLICIES}/en/choices/`);
            assert.deepEqual(await choice(page), ALL);
            const button =
              way === "reject"
                ? page.locator(".choices__button[value=reject_all]")
                : page.locator(`form[action$=${way}] button`);
            await Promise.all([page.waitForEvent("load"), button.click()]);
            await page.waitForFunction(() => "isSettled" in window);
            const left = await consent(context);
            assert.equal(left.length, way === "erase" ? 0 : 1, "one choice is kept once");
            if (way !== "erase")
              assert.deepEqual([left[0].domain, left[0].value.split(".")[3]], [domain, "0"]);
            await go(`https://${POLICIES}/en/privacy/`);
            assert.deepEqual(await choice(page), NONE);
            assert.deepEqual(
              await page.evaluate(async () => (await (await fetch("/api/consent")).json()).choice),
              way === "erase" ? null : NONE,
            );
            assert.deepEqual(await cookiesNamed(context, "_ga"), []);
          });
        } finally {
          await shop.publish();
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
      await page.waitForTimeout(1100);
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

test("another domain whose browser keeps no cookie of others is told so, and nothing runs", async () => {
  shop.network.passesCookies = false;
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
    shop.network.passesCookies = true;
  }
});

test("a choice made in another tab of that domain counts when the visitor comes back", () =>
  visiting(async ({ page, context, go }) => {
    await go(PAGES["another domain"]);
    const other = await context.newPage();
    await other.goto(PAGES["another domain"]);
    await other.waitForFunction(() => "isSettled" in window);
    await banner(other).accept.click();
    await saved(other);
    await other.close();
    await page.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
    await banner(page).dialog.waitFor({ state: "hidden" });
    assert.deepEqual(await choice(page), ALL);
  }));

test("an origin that is not listed learns nothing", async () => {
  const context = await shop.browser.newContext({ ignoreHTTPSErrors: true });
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
    ["de", "kk"],
    ["", "kk"],
  ]) {
    test(`of a page in ${wanted || "no language"} is answered in ${expected}`, () =>
      visiting(async ({ page, go }) => {
        await go(`${PAGES["a subdomain"]}?lang=${wanted}`);
        const host = page.locator("kelisim-banner");
        assert.equal(await host.getAttribute("lang"), expected);
        assert.equal(
          await page.locator("#cm-text a").getAttribute("href"),
          `https://${POLICIES}/${expected}/privacy/`,
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

describe("styles", () => {
  const HOSTILE = `
    html { font-size: 62.5%; color: lime; line-height: 3; letter-spacing: 4px; text-transform: uppercase }
    * { margin: 7px !important; font-family: monospace !important; border-radius: 9px }
    body button, #cc-main button.cm__btn, [role=dialog] { background: red !important; color: red !important; padding: 40px !important; transform: rotate(3deg) !important }
    h2, p, li, fieldset, legend, label, input { font-size: 40px !important; border: 5px dotted red !important; float: left !important; opacity: 0.3 !important }
    *::before { content: "hostile" !important } #cc-main { display: none !important } a { display: none !important }`;

  /** All computed styles below a selector. @param {Page} page @param {string} selector @returns {Promise<Record<string, string>[]>} */
  const looks = (page, selector) =>
    page.evaluate((chosen) => {
      const all = [...document.querySelectorAll(chosen)].flatMap((root) => [
        root,
        ...root.querySelectorAll("*"),
      ]);
      return all.map((element) => {
        const style = getComputedStyle(element);
        const before = getComputedStyle(element, "::before").content;
        return {
          element: `${element.tagName} ${element.className}`,
          before,
          ...Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)])),
        };
      });
    }, selector);

  /** Where two lists of styles differ. @param {Record<string, string>[]} one @param {Record<string, string>[]} other */
  const differences = (one, other) =>
    one.flatMap((style, at) =>
      Object.keys(style)
        .filter((name) => style[name] !== other[at]?.[name] && !name.startsWith("--"))
        .map((name) => `${style.element} ${name}: ${style[name]} / ${other[at]?.[name]}`),
    );

  test("of the page don't reach into the banner", async () => {
    /** @type {Record<string, string>[][]} */
    const seen = [];
    for (const text of ["", HOSTILE]) {
      await visiting(
        async ({ page, go }) => {
          await go(PAGES["a subdomain"]);
          await page.evaluate(() => void (/** @type {any} */ (window).kelisim.open()));
          seen.push(await looks(page, "kelisim-banner .dock"));
        },
        (context) =>
          context.addInitScript((rules) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(rules);
            document.adoptedStyleSheets = [sheet];
          }, text),
      );
    }
    assert.ok(seen[0].length > 40);
    assert.deepEqual(differences(seen[0], seen[1]).slice(0, 20), []);
  });

  test("and behaviour of the banner don't reach out", async () => {
    /** @type {Record<string, string>[][]} */
    const seen = [];
    await visiting(async ({ page, go }) => {
      for (const query of ["?plain", "?lang=en"]) {
        if (query === "?plain") await page.goto(PAGES["a subdomain"] + query);
        else await go(PAGES["a subdomain"] + query);
        seen.push(await looks(page, "header, main"));
      }
      assert.ok(
        await page.locator("header [data-status]").isVisible(),
        "an attribute of the same name is the page's own",
      );
      await page.locator("header [data-role=close]").click();
      assert.ok(await banner(page).dialog.isVisible(), "a role of the page closes nothing");
      await page.evaluate(() => void (/** @type {any} */ (window).kelisim.open()));
      await page.locator("main input[name=analytics]").check();
      assert.ok(!(await banner(page).box("analytics").isChecked()));
    });
    assert.deepEqual(differences(seen[0], seen[1]).slice(0, 20), []);
  });
});

describe("gated markup of the page", () => {
  const address = `${PAGES["a subdomain"]}?gated`;

  test("has a box in its place that says what is missing, and loads nothing", () =>
    visiting(async ({ page, go }) => {
      for (const [lang, words] of [
        ["en", "The course in two minutes. Categories: Marketing."],
        ["ru", "Категории: Маркетинговые."],
        ["kk", "Санаттар: Маркетингтік."],
      ]) {
        await go(`${address}&lang=${lang}`);
        const box = page.locator("kelisim-hold");
        assert.equal(await box.count(), 1, "a counter is missed by nobody");
        assert.match(String(await box.textContent()), new RegExp(words));
        assert.equal(await box.getAttribute("lang"), lang);
        for (const button of await box.locator("button").all())
          assert.ok(Number((await button.boundingBox())?.height) >= 44);
      }
      assert.deepEqual(hosts(), [POLICIES, "www.shop.kz"].sort());
    }));

  test("is shown once without a record, and asked about again on the next page", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await page.getByRole("button", { name: "Allow once" }).click();
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await context.cookies(), []);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.equal(
        await page.evaluate(() => document.activeElement?.tagName),
        "IFRAME",
        "the focus goes on",
      );
      await go(address);
      assert.equal(await page.locator("kelisim-hold").count(), 1);
    }));

  const always = (/** @type {Page} */ page) => page.getByRole("button", { name: "Allow always" });
  /** The last record of the visitor. @param {import("playwright-core").BrowserContext} context */
  const lastRecord = async (context) => {
    const tab = await context.newPage();
    await tab.goto(`https://${POLICIES}/en/choices/`);
    const { entries } = await tab.evaluate(async () =>
      (await fetch("/api/consent/records")).json(),
    );
    await tab.close();
    return entries.at(-1).record;
  };

  test("is allowed always by one press, which answers for its category alone", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await always(page).click();
      await saved(page);
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await choice(page), { ...NONE, marketing: true });
      assert.ok(!hosts().includes("images.example"), "another category stays shut");
      assert.ok(await banner(page).dialog.isVisible(), "and the banner goes on asking about it");
      const record = await lastRecord(context);
      assert.deepEqual(
        [record.action, record.surface, record.choice],
        ["allow", "placeholder", { ...NONE, marketing: true }],
      );
      const index = await (
        await fetch(`http://localhost:${shop.port()}/archive/index.json`)
      ).json();
      const shown = index.find((/** @type {any} */ text) => text.sha256 === record.text);
      assert.deepEqual(
        [shown?.kind, shown?.locale],
        ["placeholder", "en"],
        "what was shown can be produced",
      );

      await go(address);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.ok(await page.locator("iframe").isVisible());
      assert.deepEqual(await choice(page), { ...NONE, marketing: true });
      assert.ok(await banner(page).dialog.isVisible());
      await banner(page).reject.click();
      await Promise.all([page.waitForEvent("load"), saved(page)]);
      assert.deepEqual(await choice(page), NONE, "a no takes it back");
      assert.equal(await page.locator("kelisim-hold").count(), 1);
    }));

  test("is allowed always beside what was chosen before", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await banner(page).choose.click();
      await banner(page).box("analytics").check();
      await banner(page).save.click();
      await saved(page);
      // Later: a choice of this moment is still being reported.
      await page.clock.install({ time: Date.now() + 3_600_000 });
      await go(address);
      await always(page).click();
      await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      assert.deepEqual(await choice(page), ALL);
      assert.ok(await banner(page).dialog.isHidden(), "everything is answered");
      await go(address);
      assert.ok(await banner(page).dialog.isHidden());
      assert.deepEqual(await choice(page), ALL);
    }));

  for (const isScripted of [true, false]) {
    test(`offers "always" only where the browser's signal lets it work (a signal that ${isScripted ? "the script" : "only the server"} sees)`, async () => {
      shop.network.sendsSignal = true;
      try {
        await visiting(
          async ({ page, go }) => {
            await go(address);
            assert.ok(await always(page).isHidden());
            await page.getByRole("button", { name: "Allow once" }).click();
            await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
            assert.deepEqual(await choice(page), NONE);
            await page.evaluate(() => {
              const template = document.createElement("template");
              template.dataset.consent = "analytics";
              template.dataset.label = "A counter";
              document.querySelector("main")?.append(template);
            });
            // By the keyboard: a click right after scrolling goes to the frame that was there.
            await always(page).focus();
            await page.keyboard.press("Enter");
            await saved(page);
            assert.deepEqual(await choice(page), { ...NONE, analytics: true });
          },
          (context) =>
            context.addInitScript(
              (value) => Object.defineProperty(navigator, "globalPrivacyControl", { value }),
              isScripted,
            ),
        );
      } finally {
        shop.network.sendsSignal = false;
      }
    });
  }

  test("is not allowed at the cost of a no that could not be saved yet", () =>
    visiting(async ({ page, context, go }) => {
      await go(address);
      await banner(page).accept.click();
      await saved(page);
      let isDown = true;
      await context.route("**/api/consent", (route) =>
        isDown && route.request().method() === "POST"
          ? route.fulfill({ status: 503 })
          : route.continue(),
      );
      await page.getByText("Your privacy choices").last().click();
      await banner(page).reject.click();
      await banner(page).status("unsaved").waitFor();
      await page.evaluate(() => {
        const template = document.createElement("template");
        template.dataset.consent = "marketing";
        template.dataset.label = "Another film";
        document.querySelector("main")?.append(template);
      });
      const press = async () => {
        await always(page).focus();
        await page.keyboard.press("Enter");
      };
      await press();
      await banner(page).status("unsaved").waitFor();
      assert.deepEqual(await choice(page), NONE);
      isDown = false;
      await Promise.all([page.waitForEvent("load"), press()]);
      await page.waitForFunction(() => "isSettled" in window);
      assert.deepEqual(
        await choice(page),
        { ...NONE, marketing: true },
        "first the no, then what was allowed after it",
      );
    }));

  test('offers "always" only for what the site asks about', async () => {
    await shop.publish({ categories: ["analytics"] });
    try {
      await visiting(async ({ page, go }) => {
        await go(address);
        assert.equal(await page.locator("kelisim-hold").count(), 1);
        assert.ok(await always(page).isHidden());
        await page.getByRole("button", { name: "Allow once" }).click();
        await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
      });
    } finally {
      await shop.publish();
    }
  });

  test("that is added later is held and released like the rest, images too", () =>
    visiting(async ({ page, go }) => {
      await go(PAGES["a subdomain"]);
      await page.evaluate(() => {
        const template = document.createElement("template");
        template.dataset.consent = "analytics marketing";
        template.dataset.label = "A picture";
        const image = template.content.appendChild(document.createElement("img"));
        image.src = "https://images.example/later.gif";
        document.querySelector("main")?.append(template);
      });
      await page.locator("kelisim-hold").waitFor();
      assert.match(
        String(await page.locator("kelisim-hold").textContent()),
        /A picture. Categories: Analytics, Marketing/,
      );
      assert.ok(!hosts().includes("images.example"));
      await banner(page).accept.click();
      await page.locator("main img").waitFor({ state: "attached" });
      await saved(page);
      assert.equal(await page.locator("kelisim-hold").count(), 0);
      assert.ok(hosts().includes("images.example"));
    }));
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
    assert.ok(await banner(page).save.isVisible());
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
