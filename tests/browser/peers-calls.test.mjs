// A page that calls another consent tool: its calls read our choice, its callbacks and events tell
// it, and what would show that tool's banner shows the settings.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withShims } from "../support/shims.mjs";

/** @typedef {import("playwright-core").Page} Page */

const visiting = withShims();

const YES = { functional: true, analytics: true, marketing: true };
const NO = { functional: false, analytics: false, marketing: false };
const ANALYTICS = { ...NO, analytics: true };

/** @param {string} code @returns {string} a script of the page */
const script = (code) => `<script>window.calls = []; ${code}</script>`;

/** The value of an expression on the page. @param {Page} page @param {string} code */
const value = (page, code) => page.evaluate(code);

/** Lets the page know the choice, and waits for the calls that follow. @param {Page} page @param {object} [choice] @param {object} [changes] */
const decide = (page, choice, changes) =>
  page.evaluate(
    ([chosen, more]) => /** @type {any} */ (window).decide(chosen, more ?? undefined),
    [choice, changes],
  );

/** What the page's scripts have noted since it was asked last. @param {Page} page @returns {Promise<any[][]>} */
const calls = (page) =>
  page.evaluate(() => {
    const { calls } = /** @type {any} */ (window);
    return calls.splice(0);
  });

const VANILLA_3 = script(`
  for (const name of ["cc:onFirstConsent", "cc:onConsent", "cc:onChange"])
    addEventListener(name, ({ detail }) => calls.push([name, detail.cookie.categories.join()]));
  CookieConsent.run({
    categories: {
      necessary: { enabled: true, readOnly: true },
      analytics: { services: { ga: { onAccept: () => calls.push(["ga on"]), onReject: () => calls.push(["ga off"]) } } },
      ads: {},
    },
    onFirstConsent: () => calls.push(["first"]),
    onConsent: () => calls.push(["consent", CookieConsent.acceptedCategory("analytics")]),
    onChange: ({ changedCategories }) => calls.push(["change", changedCategories.join()]),
  });
`);

describe("vanilla-cookieconsent", () => {
  test("answers nothing before a choice, and tells a first choice once", () =>
    visiting({ tools: "vanilla-cookieconsent", head: VANILLA_3 }, async (page) => {
      const read = `[CookieConsent.acceptedCategory("analytics"), CookieConsent.acceptedCategory("necessary"),
        CookieConsent.acceptedService("ga", "analytics"), CookieConsent.validConsent(), CookieConsent.getCookie("categories")]`;
      assert.deepEqual(await value(page, read), [false, true, false, false, []]);
      await value(page, "begin()");
      await decide(page);
      assert.deepEqual(await calls(page), [], "nothing is chosen yet");
      await decide(page, ANALYTICS);
      assert.deepEqual(await calls(page), [
        ["ga on"],
        ["first"],
        ["cc:onFirstConsent", "necessary,analytics"],
        ["consent", true],
        ["cc:onConsent", "necessary,analytics"],
      ]);
      assert.deepEqual(await value(page, read), [
        true,
        true,
        true,
        true,
        ["necessary", "analytics"],
      ]);
      assert.deepEqual(await value(page, "CookieConsent.getUserPreferences().rejectedCategories"), [
        "ads",
      ]);
      assert.equal(await value(page, "CookieConsent.getUserPreferences().acceptType"), "custom");
      await decide(page, ANALYTICS);
      assert.deepEqual(await calls(page), [], "the same again is no news");
    }));

  test("tells an earlier choice without a first one, and a change with what changed", () =>
    visiting({ tools: "vanilla-cookieconsent", head: VANILLA_3 }, async (page) => {
      await value(page, "begin()");
      await decide(page, YES);
      assert.deepEqual(
        (await calls(page)).map(([name]) => name),
        ["ga on", "consent", "cc:onConsent"],
      );
      await decide(page, { ...YES, analytics: false });
      assert.deepEqual(await calls(page), [
        ["ga off"],
        ["change", "analytics"],
        ["cc:onChange", "necessary,ads"],
      ]);
    }));

  test("runs what a page wants run when a category is withdrawn, then only", () =>
    visiting(
      {
        tools: "vanilla-cookieconsent",
        head: VANILLA_3,
        body: `<script type="text/plain" data-category="!analytics">calls.push(["negated"])</script>`,
      },
      async (page) => {
        await value(page, "begin()");
        await decide(page, NO);
        assert.ok(!(await calls(page)).some(([name]) => name === "negated"), "it never ran");
        await decide(page, ANALYTICS);
        await decide(page, NO);
        assert.equal((await calls(page)).filter(([name]) => name === "negated").length, 1);
      },
    ));

  test("calls a page that starts late", () =>
    visiting({ tools: "vanilla-cookieconsent" }, async (page) => {
      await value(page, "window.calls = []; begin()");
      await decide(page, ANALYTICS);
      await value(page, `CookieConsent.run({ onConsent: () => calls.push("late") })`);
      assert.deepEqual(await calls(page), ["late"]);
    }));

  test("works under the names of version 2", () =>
    visiting(
      {
        tools: "vanilla-cookieconsent",
        head: script(`
          const cc = window.cc = initCookieConsent();
          cc.run({
            onAccept: () => calls.push(["accept", cc.allowedCategory("analytics")]),
            onFirstAction: ({ accepted_categories }) => calls.push(["first", accepted_categories.join()]),
            onChange: (cookie, changed) => calls.push(["change", changed.join()]),
          });`),
      },
      async (page) => {
        await value(page, "begin()");
        await decide(page);
        await decide(page, ANALYTICS);
        await decide(page, NO);
        assert.deepEqual(await calls(page), [
          ["first", "necessary,analytics"],
          ["accept", true],
          ["change", "analytics"],
        ]);
      },
    ));
});

describe("Cookiebot", () => {
  const HEAD = script(`
    for (const name of ["CookiebotOnConsentReady", "CookiebotOnAccept", "CookiebotOnDecline"])
      addEventListener(name, () => calls.push([name, Cookiebot.consent.statistics, Cookiebot.consent.marketing]));
    function CookiebotCallback_OnAccept() { calls.push(["callback"]); }`);
  const BODY = `<p id="in" class="cookieconsent-optin-marketing">Video</p>
    <p id="out" class="cookieconsent-optout-marketing"><a href="javascript: Cookiebot.renew()">accept</a></p>
    <script>(${() => {
      const { consent } = /** @type {any} */ (window).Cookiebot;
      Object.assign(window, { early: { ...consent } });
    }})()</script>`;
  const STATE = "[Cookiebot.consented, Cookiebot.declined, Cookiebot.hasResponse]";

  test("tells consent by properties, events and callbacks", () =>
    visiting({ tools: "cookiebot", head: HEAD, body: BODY }, async (page) => {
      assert.deepEqual(await value(page, "early"), {
        necessary: true,
        preferences: false,
        statistics: false,
        marketing: false,
        method: null,
      });
      assert.deepEqual(await value(page, STATE), [false, false, false]);
      await value(page, "begin()");
      await decide(page);
      assert.deepEqual(await calls(page), []);
      await decide(page, ANALYTICS);
      assert.deepEqual(await calls(page), [
        ["CookiebotOnConsentReady", true, false],
        ["callback"],
        ["CookiebotOnAccept", true, false],
      ]);
      assert.deepEqual(await value(page, STATE), [true, false, true]);
      await decide(page, NO);
      assert.deepEqual((await calls(page)).at(-1), ["CookiebotOnDecline", false, false]);
      assert.deepEqual(await value(page, STATE), [false, true, true]);
    }));

  test("shows and hides what its classes name", () =>
    visiting({ tools: "cookiebot", head: HEAD, body: BODY }, async (page) => {
      const seen = async () =>
        Promise.all(["#in", "#out"].map((name) => page.locator(name).isVisible()));
      assert.deepEqual(await seen(), [false, true]);
      await value(page, "begin()");
      await decide(page, { ...NO, marketing: true });
      assert.deepEqual(await seen(), [true, false]);
      await decide(page, NO);
      assert.deepEqual(await seen(), [false, true]);
    }));
});

describe("Klaro", () => {
  const HEAD = script(`
    var klaroConfig = {
      services: [
        { name: "matomo", purposes: ["analytics"], callback: (consent, service) => calls.push([service.name, consent]) },
        { name: "chat", purposes: ["livechat"], onAccept: () => calls.push(["chat on"]), onDecline: () => calls.push(["chat off"]) },
        { name: "session", required: true, purposes: ["anything"] },
      ],
    };
    klaro.setup(klaroConfig);
    klaro.getManager().watch({ update: (manager, name, data) => calls.push([name, manager.getConsent("matomo")]) });`);

  test("reads consent of services, by the register, by the site's map, by what is required", () =>
    visiting({ tools: "klaro", map: "livechat=functional", head: HEAD }, async (page) => {
      const read = `["matomo", "chat", "session", "other"].map((name) => klaro.getManager(klaroConfig).getConsent(name))`;
      assert.deepEqual(await value(page, read), [false, false, true, false]);
      assert.equal(await value(page, "klaro.getManager().confirmed"), false);
      await value(page, "begin()");
      await decide(page, { ...NO, functional: true }, { services: { matomo: true } });
      assert.deepEqual(await value(page, read), [true, true, true, false]);
      assert.equal(await value(page, "klaro.getManager().confirmed"), true);
      assert.deepEqual(await value(page, "klaro.getManager().consents"), {
        matomo: true,
        chat: true,
        session: true,
      });
      const seen = await calls(page);
      assert.deepEqual(seen.slice(0, 2), [["matomo", true], ["chat on"]]);
      assert.ok(seen.some(([name, consent]) => name === "saveConsents" && consent));
      await decide(page, { ...NO, functional: true }, { services: { matomo: true } });
      assert.deepEqual(await calls(page), [], "the same again is no news");
      await decide(page, NO, { services: { matomo: false } });
      assert.deepEqual((await calls(page)).slice(0, 2), [["matomo", false], ["chat off"]]);
    }));
});

describe("tarteaucitron", () => {
  const HEAD = script(`
    tarteaucitron.init({ privacyUrl: "", hashtag: "#tarteaucitron" });
    tarteaucitron.services.chat = {
      key: "chat", type: "support", name: "Chat", needConsent: true, cookies: [],
      js: () => calls.push("chat on"), fallback: () => calls.push("chat off"),
    };
    tarteaucitron.user.matomoId = 1;
    document.addEventListener("matomo_allowed", () => calls.push("matomo_allowed"));`);
  const BODY = `<script>(tarteaucitron.job = tarteaucitron.job || []).push("chat");
    (tarteaucitron.job = tarteaucitron.job || []).push("matomo", "youtube", "adsense");</script>
    <a id="panel" class="tarteaucitronOpenPanel" href="#tarteaucitron">Cookies</a>`;

  test("starts the page's own services once they may run, and says what it does not know", () =>
    visiting(
      { tools: "tarteaucitron", map: "support=functional", head: HEAD, body: BODY },
      async (page, { faults }) => {
        await value(page, "begin()");
        await decide(page);
        assert.deepEqual(await calls(page), ["chat off"], "its stand-in is shown");
        assert.deepEqual(await value(page, "tarteaucitron.state"), {});
        await decide(page, YES);
        assert.deepEqual(await calls(page), ["chat on", "matomo_allowed"]);
        assert.deepEqual(await value(page, "tarteaucitron.state"), { chat: true, matomo: true });
        await value(
          page,
          `tarteaucitron.services.late = { type: "support", js: () => calls.push("late") };
        tarteaucitron.job.push("late")`,
        );
        assert.deepEqual(await calls(page), ["late"]);
        await decide(page, NO);
        assert.equal(await value(page, "tarteaucitron.state.chat"), false);
        assert.equal(faults.length, 1);
        assert.match(faults[0], /"adsense" is no service of the register.*data-map="adsense=/);
      },
    ));
});

describe("CookieYes", () => {
  test("answers and tells", () =>
    visiting(
      {
        tools: "cookieyes",
        head: script(`
          document.addEventListener("cookieyes_banner_load", ({ detail }) => calls.push(["load", detail.isUserActionCompleted]));
          document.addEventListener("cookieyes_consent_update", ({ detail }) => calls.push([detail.accepted.join(), detail.rejected.join()]));`),
      },
      async (page) => {
        assert.deepEqual(await value(page, "getCkyConsent().categories"), {
          necessary: true,
          functional: false,
          analytics: false,
          performance: false,
          advertisement: false,
        });
        await value(page, "begin()");
        await decide(page);
        await decide(page, ANALYTICS);
        assert.deepEqual(await calls(page), [
          ["load", false],
          ["necessary,analytics,performance", "functional,advertisement"],
        ]);
        assert.equal(await value(page, "getCkyConsent().isUserActionCompleted"), true);
      },
    ));
});

describe("what shows another tool's banner", () => {
  const TOOLS = "vanilla-cookieconsent cookiebot klaro tarteaucitron cookieyes";
  const CALLS = [
    "CookieConsent.show(true)",
    "CookieConsent.showPreferences()",
    "CookieConsent.acceptCategory('all')",
    "initCookieConsent().showSettings()",
    "Cookiebot.show()",
    "Cookiebot.renew()",
    "Cookiebot.withdraw()",
    "Cookiebot.submitCustomConsent(true, true, true)",
    "klaro.show()",
    "klaro.getManager().changeAll(true)",
    "tarteaucitron.userInterface.openPanel()",
    "tarteaucitron.userInterface.respondAll(true)",
    "revisitCkyConsent()",
    "performBannerAction('accept')",
  ];

  test("shows the settings, and chooses nothing for the visitor", () =>
    visiting({ tools: TOOLS }, async (page) => {
      await value(page, "begin()");
      await decide(page, NO);
      for (const [at, call] of CALLS.entries()) {
        await value(page, call);
        assert.equal(await value(page, "opened"), at + 1, call);
      }
      assert.equal(await value(page, "CookieConsent.acceptedCategory('marketing')"), false);
    }));

  test("shows them once they can be shown", () =>
    visiting({ tools: TOOLS }, async (page) => {
      await value(page, "Cookiebot.renew()");
      assert.equal(await value(page, "opened"), 0);
      await value(page, "begin()");
      assert.equal(await value(page, "opened"), 1);
    }));

  test("does so by a press too", () =>
    visiting(
      {
        tools: TOOLS,
        body: `<button data-cc="show-preferencesModal">1</button><button data-cc="accept-all">2</button>
          <button class="cky-banner-element">3</button><a class="tarteaucitronOpenPanel" href="#x">4</a>
          <a href="#tarteaucitron">5</a><a href="#" onclick="return klaro.show()">6</a><a href="javascript:Cookiebot.renew()">7</a>`,
      },
      async (page) => {
        await value(page, "begin()");
        for (let at = 1; at <= 7; at += 1) {
          await page.getByText(String(at), { exact: true }).click();
          await page.waitForFunction((count) => /** @type {any} */ (window).opened === count, at);
        }
        assert.equal(new URL(page.url()).hash, "", "no link was followed");
      },
    ));
});

test("a page that names no tool has no globals of one", () =>
  visiting({}, async (page) => {
    await value(page, "begin()");
    await decide(page, YES);
    const names =
      "CookieConsent Cookiebot klaro tarteaucitron getCkyConsent initCookieConsent iframemanager";
    assert.deepEqual(
      await page.evaluate((all) => all.split(" ").filter((name) => name in window), names),
      [],
    );
  }));

test("an object that the page has already stays", () =>
  visiting(
    { tools: "klaro tarteaucitron", head: `<script>window.first = klaro</script>` },
    async (page) => {
      await value(page, "window.klaro = { own: true }; begin()");
      await decide(page, YES);
      assert.equal(await value(page, "klaro.own"), true);
    },
  ));
