// Seeing, changing and withdrawing a choice on any page, by any link, and the way back on pages that
// have forgotten the link.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { banner, choice, collectFaults, NONE } from "../support/browser.mjs";
import { POLICIES, startShop } from "../support/embedding.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} Context */

const COURSE = "https://course.example/";
const CHOICES = `https://${POLICIES}/en/choices/`;
const LINK = `<a id="link" href="${CHOICES}">Privacy</a>`;

/** A page: its parameters say what is in it. @param {string} path */
const markup = (path) => {
  const { searchParams } = new URL(path, COURSE);
  const of = (/** @type {string} */ name) => searchParams.get(name) ?? "";
  return `<!doctype html>
<html lang="${of("lang") || "en"}" ${of("html")}><head><meta charset="utf-8"><title>Course</title>${of("head")}</head>
<body ${of("body")}><main><h1>Course</h1><p>Words.</p></main><footer>${of("footer")}</footer>
<script src="https://${POLICIES}/embed.js" ${of("tag")} async></script></body></html>`;
};
/** The address of a page. @param {Record<string, string>} parts @param {string} [base] */
const address = (parts, base = COURSE) => `${base}?${new URLSearchParams(parts)}`;

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  shop = await startShop((host, path) => {
    const isPage = ["course.example", "www.shop.kz"].includes(host) || path.startsWith("/shop/");
    return isPage && !/^\/(api|favicon)/.test(path) ? markup(path) : undefined;
  });
});
after(() => shop?.stop());

/**
 * @param {(visit: {page: Page, context: Context, told: string[]}) => Promise<void>} check
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
const visiting = async (check, options) => {
  const context = await shop.browser.newContext({
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
    ...options,
  });
  try {
    const { faults } = await collectFaults(context);
    await context.exposeFunction("recordCall", () => {});
    /** @type {string[]} */
    const told = [];
    context.on("console", (message) => told.push(message.text()));
    await check({ page: await context.newPage(), context, told });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/**
 * Adds a link, as a script of the page does.
 * @param {Page} page
 * @param {"shadow" | "body" | "footer"} where in an open shadow root, in a new body, or in the footer
 */
const addLink = (page, where) =>
  page.evaluate(
    ([place, href]) => {
      const link = Object.assign(document.createElement("a"), { id: "link", href });
      link.textContent = "Privacy";
      const footer = /** @type {HTMLElement} */ (document.querySelector("footer"));
      const body = document.createElement("body");
      if (place === "shadow") footer.attachShadow({ mode: "open" }).append(link);
      else (place === "body" ? body : footer).append(link);
      if (place === "body") document.body.replaceWith(body);
    },
    [where, CHOICES],
  );

/** Goes to a page and waits until its links are listened to. @param {Page} page @param {string} where */
const go = async (page, where) => {
  await page.goto(where);
  await page.waitForFunction(() => "kelisim" in window);
  // The part that recognises links comes after that.
  await page.waitForLoadState("networkidle");
};
/** @param {Page} page */
const settings = (page) => banner(page).save;
/** Waits until the settings are seen on the page that was left for nothing. @param {Page} page */
const opened = async (page) => {
  const before = page.url().split("#")[0];
  await settings(page).waitFor();
  assert.equal(page.url().split("#")[0], before);
};
/** Accepts everything on a page. @param {Page} page @param {string} where */
const accept = async (page, where) => {
  await go(page, where);
  await banner(page).accept.click();
  await banner(page).status("saved").waitFor();
};

describe("a press of a link opens the settings on the page itself", () => {
  for (const [what, footer] of [
    ["that leads to the page of choices", LINK],
    ["without the last slash", `<a id="link" href="${CHOICES.slice(0, -1)}">Privacy</a>`],
    ["to another language's", `<a id="link" href="https://${POLICIES}/kk/choices/">Privacy</a>`],
    ["to a part of it", `<a id="link" href="${CHOICES}#s-withdraw">Privacy</a>`],
    ["by its fragment alone", '<a id="link" href="#kelisim">Privacy</a>'],
    ["with words inside", `<a href="${CHOICES}"><svg></svg><b id="link">Privacy</b></a>`],
    ["that is a button", '<button id="link" data-choices="open">Privacy</button>'],
    ["that says so", '<a id="link" href="/privacy" data-choices="open">Privacy</a>'],
  ])
    test(what, () =>
      visiting(async ({ page }) => {
        await go(page, address({ footer }));
        await page.locator("#link").click();
        await opened(page);
      }),
    );

  test("in an open shadow root", () =>
    visiting(async ({ page }) => {
      await go(page, address({}));
      await addLink(page, "shadow");
      await page.locator("#link").click();
      await opened(page);
    }));

  test("after the body was replaced, and whatever router listens", () =>
    visiting(async ({ page }) => {
      await go(page, address({}));
      await addLink(page, "body");
      await page.evaluate(() => {
        // A router that does not look whether the press was taken.
        const navigate = (/** @type {Event} */ click) => {
          click.preventDefault();
          location.assign("/navigated");
        };
        for (const listener of [document, document.body, document.querySelector("#link")])
          listener?.addEventListener("click", navigate);
      });
      await page.locator("#link").click();
      await opened(page);
    }));

  test("by the keyboard, and the focus comes back to it", () =>
    visiting(async ({ page }) => {
      await accept(page, address({ footer: LINK }));
      await page.locator("#link").focus();
      await page.keyboard.press("Enter");
      await opened(page);
      await banner(page).close.click();
      await page.waitForFunction(() => document.activeElement?.id === "link");
    }));

  test("on a page of the site's own origin too", () =>
    visiting(async ({ page }) => {
      const footer = '<a id="link" href="/en/choices/">Privacy</a>';
      await go(page, address({ footer }, `https://${POLICIES}/shop/`));
      await page.locator("#link").click();
      await opened(page);
    }));
});

describe("a press that is meant otherwise is the browser's", () => {
  for (const [what, footer, options] of /** @type {const} */ ([
    ["for another window", `<a id="link" target="_blank" href="${CHOICES}">Privacy</a>`, {}],
    ["with a key", LINK, { modifiers: ["ControlOrMeta"] }],
    ["of another button", LINK, { button: "middle" }],
  ]))
    test(what, () =>
      visiting(async ({ page, context }) => {
        await go(page, address({ footer }));
        const [other] = await Promise.all([
          context.waitForEvent("page"),
          page.locator("#link").click(/** @type {any} */ (options)),
        ]);
        await other.waitForURL(CHOICES);
        assert.ok(!(await settings(page).isVisible()));
      }),
    );

  test("for another window by the page's base", () =>
    visiting(async ({ page, context }) => {
      await go(page, address({ head: '<base target="_blank">', footer: LINK }));
      const [other] = await Promise.all([
        context.waitForEvent("page"),
        page.locator("#link").click(),
      ]);
      await other.waitForURL(CHOICES);
    }));

  test("to another language of the page of choices", () =>
    visiting(async ({ page }) => {
      await go(page, CHOICES);
      await page.locator("a[hreflang=kk]").first().click();
      await page.waitForURL(CHOICES.replace("/en/", "/kk/"));
    }));

  test("to a part of the page of choices on its own site", () =>
    visiting(async ({ page }) => {
      const footer = '<a id="link" href="/en/choices/#s-erase">Erase</a>';
      await go(page, address({ footer }, `https://${POLICIES}/shop/`));
      await page.locator("#link").click();
      await page.waitForURL(`${CHOICES}#s-erase`);
    }));

  test("where a filter hides the settings, the link is followed", () =>
    visiting(async ({ page }) => {
      await go(page, address({ footer: '<a id="link" href="#kelisim">Privacy</a>' }));
      await page.evaluate(() => {
        const hide = () => {
          const hidden = /** @type {HTMLElement | null} */ (document.querySelector("#cc-main"));
          if (hidden && hidden.style.display !== "none")
            hidden.style.setProperty("display", "none", "important");
        };
        new MutationObserver(hide).observe(document, {
          subtree: true,
          childList: true,
          attributes: true,
        });
      });
      await page.locator("#link").click();
      await page.waitForURL(CHOICES);
    }));
});

describe("the page's address opens the settings", () => {
  test("when the page loads", () =>
    visiting(async ({ page }) => {
      await page.goto(`${address({ footer: LINK })}#kelisim`);
      await opened(page);
    }));

  for (const [what, change] of [
    ["when its fragment changes", () => (location.hash = "kelisim")],
    ["when a router changes it", () => history.pushState({}, "", "/other#kelisim")],
  ])
    test(String(what), () =>
      visiting(async ({ page }) => {
        await accept(page, address({ footer: LINK }));
        await page.evaluate(/** @type {() => void} */ (change));
        await settings(page).waitFor();
        await banner(page).close.click();
        await page.evaluate(() => history.replaceState({}, "", "?sorted#kelisim"));
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
        assert.ok(!(await settings(page).isVisible()), "once");
      }),
    );
});

describe("what a visitor of another domain can have", () => {
  /** Opens the settings of a page on another domain. @param {Page} page */
  const open = async (page) => {
    await page.locator("#link").click();
    await settings(page).waitFor();
  };
  /** @param {Page} page @param {string} role */
  const press = async (page, role) => {
    const button = page.locator(`[data-role=${role}]`);
    if (!(await button.isVisible())) await page.locator(`details:has([data-role=${role}])`).click();
    await button.click();
  };

  test("the records and the receipt", () =>
    visiting(async ({ page }) => {
      await accept(page, address({ footer: LINK }));
      await open(page);
      const [records] = await Promise.all([page.waitForEvent("download"), press(page, "records")]);
      assert.equal(records.suggestedFilename(), "records.json");
      const { site, entries, next } = JSON.parse(await readFile(await records.path(), "utf8"));
      assert.deepEqual([site, entries.length, next], [POLICIES, 1, null]);
      const [receipt] = await Promise.all([page.waitForEvent("download"), press(page, "receipt")]);
      assert.equal(receipt.suggestedFilename(), `${POLICIES}.tlog-proof`);
      assert.match(await readFile(await receipt.path(), "utf8"), /^c2sp\.org\/tlog-proof@v1\n/);
    }));

  test("a withdrawal, which ends what runs", () =>
    visiting(async ({ page, context }) => {
      await accept(page, address({ footer: LINK }));
      await page.waitForFunction(() => document.cookie.includes("_ga="));
      await open(page);
      await Promise.all([page.waitForEvent("load"), press(page, "withdraw")]);
      await page.waitForFunction(() => "isDecided" in window);
      assert.deepEqual(await choice(page), NONE);
      await until(
        async () => !(await context.cookies(COURSE)).some(({ name }) => name === "_ga"),
        "the cookie of the service is still there",
      );
    }));

  test("the end of the link to the records, after which the page asks anew", () =>
    visiting(async ({ page }) => {
      await go(page, address({ footer: LINK }));
      await banner(page).reject.click();
      await banner(page).status("saved").waitFor();
      await open(page);
      await press(page, "erase");
      await page.locator("[data-outcome=erased]").waitFor();
      await press(page, "records");
      await page.locator("[data-outcome=no_records]").waitFor();
      await go(page, address({ footer: LINK }));
      await banner(page).accept.waitFor();
    }));

  test("words instead of a file, where nothing was chosen", () =>
    visiting(async ({ page }) => {
      await go(page, address({ footer: LINK }));
      await open(page);
      for (const role of ["receipt", "records"]) {
        await press(page, role);
        await page.locator("[data-outcome=no_records]").waitFor();
      }
    }));

  test("words where the service can't be reached", () =>
    visiting(async ({ page, context }) => {
      await go(page, address({ footer: LINK }));
      await open(page);
      await context.route("**/api/consent/records**", (route) => route.abort());
      await press(page, "records");
      await page.locator("[data-outcome=failed]").waitFor();
    }));

  test("the policy site leads to the page that alone can change its choice", () =>
    visiting(async ({ page }) => {
      await accept(page, address({ footer: LINK }));
      await go(page, CHOICES);
      const words = await page.locator("section[aria-labelledby=s-hosts]").innerText();
      assert.match(words, /policies\.shop\.kz, www\.shop\.kz/);
      await page.locator("section[aria-labelledby=s-hosts] a").click();
      await page.waitForURL(`${COURSE}#kelisim`);
      await opened(page);
      assert.equal(await banner(page).box("analytics").isChecked(), true);
    }));
});

describe("a page without a link to the choices", () => {
  /** @param {Page} page */
  const button = (page) => page.locator(".dock__choices");

  test("is told of it once and gets a button, until a link is there", () =>
    visiting(async ({ page, told }) => {
      await accept(page, address({}));
      await button(page).waitFor();
      const words = () => told.filter((text) => text.includes("no link to the choices"));
      assert.deepEqual(words().length, 1);
      assert.equal(await button(page).innerText(), "Your privacy choices");
      const { x, y, height } = /** @type {any} */ (await button(page).boundingBox());
      const size = page.viewportSize();
      assert.ok(x < 40 && y + height > Number(size?.height) - 40, "in a corner below");
      await page.emulateMedia({ media: "print" });
      assert.ok(!(await button(page).isVisible()), "not on paper");
      await page.emulateMedia({ media: "screen" });
      await button(page).click();
      await settings(page).waitFor();
      assert.ok(!(await button(page).isVisible()), "not beside the banner");
      await banner(page).close.click();
      await button(page).waitFor();
      await addLink(page, "footer");
      await button(page).waitFor({ state: "hidden" });
      await page.evaluate(() => document.querySelector("#link")?.removeAttribute("href"));
      await button(page).waitFor();
      assert.deepEqual(words().length, 1, "told once");
    }));

  test("after a router has brought it", () =>
    visiting(async ({ page }) => {
      await accept(page, address({ footer: LINK }));
      await page.evaluate(() => {
        history.pushState({}, "", "/without");
        document.querySelector("footer")?.remove();
      });
      await button(page).waitFor();
    }));

  for (const [what, parts] of /** @type {[string, Record<string, string>][]} */ ([
    ["that says so on the tag", { tag: 'data-choices="none"' }],
    ["that says so on its root", { html: 'data-choices="none"' }],
    ["that says so on its body", { body: 'data-choices="none"' }],
    ["whose link is in an open shadow root", { shadow: "true" }],
  ]))
    test(`${what} gets none`, () =>
      visiting(async ({ page, told }) => {
        const asked = page.waitForEvent("requestfinished", (request) =>
          /reopen/.test(request.url()),
        );
        await page.clock.install();
        await page.goto(address(parts));
        if (parts.shadow) await addLink(page, "shadow");
        await banner(page).reject.click();
        await banner(page).status("saved").waitFor();
        // Longer than a page is given to bring its link.
        const [request] = await Promise.all([asked, page.clock.runFor(60_000)]);
        // The same module again, once the page has been looked at.
        await page.evaluate((part) => import(part).then(() => {}), request.url());
        assert.ok(!(await button(page).isVisible()));
        assert.deepEqual(
          told.filter((text) => text.includes("choices")),
          [],
        );
      }));

  test("but with a link of any kind is not looked at again", () =>
    visiting(async ({ page }) => {
      await page.clock.install();
      const parts = { footer: '<a href="#kelisim">Privacy</a>' };
      let isAsked = false;
      page.on("request", (request) => (isAsked ||= /reopen/.test(request.url())));
      await page.goto(address(parts));
      await banner(page).reject.click();
      await banner(page).status("saved").waitFor();
      await page.clock.runFor(60_000);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      assert.ok(!isAsked);
    }));
});

describe("where the page's own host passes the calls on", () => {
  test("the cookie is the page's own, and the place is unknown", () =>
    visiting(
      async ({ page, context }) => {
        shop.network.visitor = { country: "KZ" };
        try {
          shop.asked.length = 0;
          const where = address({ footer: LINK, tag: 'data-api="/api/consent"' });
          await go(page, where);
          assert.ok(await page.locator("p[data-regime=opt_in]").isVisible(), "the strictest rules");
          await banner(page).accept.click();
          await banner(page).status("saved").waitFor();
          const calls = shop.asked.filter(({ path }) => path.startsWith("/api/"));
          assert.deepEqual([...new Set(calls.map(({ host }) => host))], ["course.example"]);
          const [kept] = (await context.cookies(COURSE)).filter(
            ({ name }) => name === "kelisim_cc_cookie",
          );
          assert.deepEqual([kept.domain, kept.sameSite], ["course.example", "Lax"]);
          await go(page, where);
          assert.equal((await choice(page)).analytics, true);
          await page.locator("#link").click();
          await settings(page).waitFor();
          await Promise.all([
            page.waitForEvent("load"),
            page.locator("[data-role=withdraw]").click(),
          ]);
          await page.waitForFunction(() => "isDecided" in window);
          assert.deepEqual(await choice(page), NONE);
        } finally {
          shop.network.visitor = { country: "DE", isEUCountry: "1" };
        }
      },
      { bypassCSP: true },
    ));
});
