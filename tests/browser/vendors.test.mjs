// Every kind of service against a stand-in of its vendor: silent until it is granted, then told
// what the vendor asks for, in the vendor's order; silent again after a withdrawal, with the
// cookies gone.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { buildSite, SERVICES } from "../support/services.mjs";
import { until } from "../support/until.mjs";
import { startVendors, visiting } from "../support/vendors.mjs";

const DAY = 24 * 60 * 60;
const DENIED = {
  ad_storage: "denied",
  ad_user_data: "denied",
  ad_personalization: "denied",
  analytics_storage: "denied",
  functionality_storage: "denied",
  personalization_storage: "denied",
  security_storage: "granted",
};
/** @param {string[]} names the signals that are granted */
const granting = (...names) => ({
  ...DENIED,
  ...Object.fromEntries(names.map((name) => [name, "granted"])),
});
const ADVERTISING = ["ad_storage", "ad_user_data", "ad_personalization"];
/** The site offers no functional services. */
const ALL_GRANTED = granting(...ADVERTISING, "analytics_storage");
const BEGIN = [
  ["consent", "default", { ...DENIED, wait_for_update: 500 }],
  ["set", "ads_data_redaction", true],
  ["set", "url_passthrough", false],
];
const UID = 12345678;
const METRICA = [
  [UID, "init", { accurateTrackBounce: true, clickmap: false, trackLinks: true, webvisor: false }],
];
const META = [
  ["consent", "revoke"],
  ["init", "1234567890"],
  ["consent", "grant"],
  ["trackSingle", "1234567890", "PageView"],
];
const UET = [
  ["consent", "default", { ad_storage: "denied" }],
  ["consent", "update", { ad_storage: "granted" }],
  ["pageLoad"],
];
/** The first two as they stand in the queue, which is flat. */
const UET_SIGNALS = UET.slice(0, 2).flat();
const CLARITY = ["consentv2", { ad_Storage: "granted", analytics_Storage: "granted" }];

/** @type {import("../support/vendors.mjs").Vendors} */
let vendors;
/** @type {Awaited<ReturnType<typeof buildSite>>} */
let site;
before(async () => {
  [vendors, site] = await Promise.all([startVendors(), buildSite(SERVICES)]);
});
after(async () => {
  await vendors?.stop();
  await site?.remove();
});

/**
 * Visits the site with all services.
 * @param {Parameters<typeof visiting>[1]} check
 * @param {string} [host]
 */
const visit = async (check, host) => {
  await vendors.serve(site.dist);
  await visiting(vendors, check, host);
};

/** Hosts that were asked, each once. */
const hosts = () => [...new Set(vendors.asked.map(({ host }) => host))].sort();
/** @param {import("playwright-core").Page} page */
const queues = (page) =>
  page.evaluate(() =>
    ["dataLayer", "gtag", "fbq", "ym", "uetq", "clarity", "google_tag_manager"].filter(
      (name) => name in window,
    ),
  );
/** Moments differ from visit to visit. @param {any[][]} commands */
const timeless = (commands) =>
  commands.map((command) =>
    JSON.parse(
      JSON.stringify(command).replace(/"\d{4}-\d\d-\d\dT[^"]*"|(?<="gtm\.start":)\d+/g, '"now"'),
    ),
  );

describe("without permission", () => {
  test("no vendor is asked for anything, told anything or given a place in the page", () =>
    visit(async ({ page, cookies, go }) => {
      for (const address of ["/en/privacy/", "/kk/", "/ru/choices/"]) {
        await go(address);
        assert.deepEqual(await queues(page), []);
      }
      assert.deepEqual(vendors.asked, []);
      assert.deepEqual(await cookies(), []);
    }));

  test("a refusal keeps it that way on every page", () =>
    visit(async ({ page, cookies, go, press, settled }) => {
      await press("necessary");
      await settled();
      await go("/kk/");
      assert.deepEqual(await queues(page), []);
      assert.deepEqual(vendors.asked, []);
      assert.deepEqual(await cookies(), []);
    }));
});

describe("with permission", () => {
  test("each vendor is told what it asks for, in its order, on every page again", () =>
    visit(async ({ takeCommands, go, press, settled }) => {
      await press("all");
      await settled();
      for (const address of ["/en/privacy/", "/kk/"]) {
        if (address !== "/en/privacy/") await go(address);
        assert.deepEqual(timeless(takeCommands("google")).filter(unique()), [
          ...BEGIN,
          ["consent", "update", ALL_GRANTED],
          ["js", "now"],
          ["config", "G-TEST1", { cookie_expires: 395 * DAY }],
          ["config", "AW-123456789", {}],
          [{ "gtm.start": "now", event: "gtm.js" }],
        ]);
        assert.deepEqual(takeCommands("yandex"), METRICA);
        assert.deepEqual(takeCommands("meta"), META);
        assert.deepEqual(takeCommands("uet"), UET);
        assert.deepEqual(takeCommands("clarity"), [CLARITY]);
        assert.deepEqual(takeCommands("partner"), [["ran"]]);
      }
    }));

  test("one script serves all of Google's ids, and every vendor's script comes once", () =>
    visit(async ({ press, settled }) => {
      await press("all");
      await settled();
      const scripts = vendors.asked
        .map(({ host, path }) => host + path)
        .filter((address) =>
          /gtag\/js|gtm\.js|tag\.js|fbevents|bat\.js|\/tag\/|view\.gif|\/sync/.test(address),
        );
      assert.deepEqual(scripts.sort(), [
        "bat.bing.com/bat.js",
        "cdn.partner.example/tag.js?site=1",
        "connect.facebook.net/en_US/fbevents.js",
        "frame.partner.example/sync?id=1",
        "mc.yandex.ru/metrika/tag.js",
        "pixel.partner.example/view.gif?id=1&page=policies",
        "www.clarity.ms/tag/abcdef1234",
        "www.googletagmanager.com/gtag/js?id=G-TEST1",
        "www.googletagmanager.com/gtm.js?id=GTM-TEST2",
      ]);
    }));

  test("cookies are those of the register, and live as long as it says", () =>
    visit(async ({ cookies, press, settled }) => {
      await press("all");
      await settled();
      const listed = SERVICES.flatMap((service) => service.cookies).filter(
        ([, , domain]) => !domain,
      );
      const found = await cookies();
      assert.equal(found.length, 12);
      for (const { name, expires } of found) {
        const entry = listed.find(([pattern]) =>
          pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
        );
        if (entry === undefined) throw new Error(`${name} is not in the register`);
        const days = (expires - Date.now() / 1000) / DAY;
        assert.ok(days <= entry[1] + 0.01, `${name} lives for ${days} days`);
      }
      const analytics = found.find(({ name }) => name === "_ga");
      assert.ok(
        analytics && Math.abs((analytics.expires - Date.now() / 1000) / DAY - 395) < 0.1,
        "395 days, not the vendor's two years",
      );
    }));

  test("one category does not let the services of another run", () =>
    visit(async ({ choose, takeCommands, settled }) => {
      await choose(["analytics"]);
      await settled();
      assert.deepEqual(
        hosts().filter(
          (host) => /doubleclick|facebook|bing\.com|partner/.test(host) && host !== "c.bing.com",
        ),
        [],
      );
      assert.deepEqual(timeless(takeCommands("google")), [
        ...BEGIN,
        ["consent", "update", granting("analytics_storage")],
        ["js", "now"],
        ["config", "G-TEST1", { cookie_expires: 395 * DAY }],
      ]);
      assert.deepEqual(takeCommands("clarity"), [
        ["consentv2", { ad_Storage: "denied", analytics_Storage: "granted" }],
      ]);
      for (const vendor of ["meta", "uet", "partner"]) assert.deepEqual(takeCommands(vendor), []);
    }));

  test("what is granted later is told then, and nothing is loaded twice", () =>
    visit(async ({ page, choose, press, takeCommands, settled }) => {
      await choose(["analytics"]);
      await settled();
      await page.locator("#cc-main").waitFor({ state: "hidden" });
      for (const vendor of ["google", "yandex", "clarity"]) takeCommands(vendor);
      await press("all");
      await settled();
      // Tag Manager's script works off the whole queue when it comes: what is new stands once.
      assert.deepEqual(timeless(takeCommands("google")).slice(0, 3), [
        ["consent", "update", ALL_GRANTED],
        ["config", "AW-123456789", {}],
        [{ "gtm.start": "now", event: "gtm.js" }],
      ]);
      assert.deepEqual(takeCommands("yandex"), []);
      assert.deepEqual(takeCommands("clarity"), [
        ["consentv2", { ad_Storage: "granted", analytics_Storage: "granted" }],
      ]);
      assert.deepEqual(takeCommands("meta"), META);
      assert.equal(vendors.asked.filter(({ path }) => path.startsWith("/gtag/js")).length, 1);
      assert.equal(vendors.asked.filter(({ path }) => path === "/metrika/tag.js").length, 1);
    }));
});

/**
 * The stubs of docs/services.md, and a call of each before anything is allowed.
 */
const STUBS = `
  window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }
  window.fbq = window.fbq || function () { fbq.callMethod ? fbq.callMethod.apply(fbq, arguments) : fbq.queue.push(arguments); }; fbq.queue = fbq.queue || [];
  window.ym = window.ym || function () { (ym.a = ym.a || []).push(arguments); };
  window.uetq = window.uetq || [];
  window.clarity = window.clarity || function () { (clarity.q = clarity.q || []).push(arguments); };
  dataLayer.push({ event: "view_item" });
  gtag("set", "user_properties", { plan: "free" });
  gtag("event", "purchase", { value: 1 });
  fbq("track", "Purchase", { value: 1 });
  ym(${UID}, "reachGoal", "ORDER");
  uetq.push("event", "purchase", { revenue_value: 1 });
  clarity("event", "purchase");
`;
/** What the page itself has queued, by queue. */
const OWN = {
  dataLayer: [
    { event: "view_item" },
    ["set", "user_properties", { plan: "free" }],
    ["event", "purchase", { value: 1 }],
  ],
  fbq: [["track", "Purchase", { value: 1 }]],
  ym: [[UID, "reachGoal", "ORDER"]],
  uetq: ["event", "purchase", { revenue_value: 1 }],
  clarity: [["event", "purchase"]],
};
/** Paths of the vendors' scripts. */
const SCRIPTS = [
  "/gtag/js",
  "/gtm.js",
  "/metrika/tag.js",
  "/en_US/fbevents.js",
  "/bat.js",
  "/tag/",
  "/tag.js",
];

/**
 * What stands in the queues. @param {import("playwright-core").Page} page
 * @returns {Promise<Record<string, any>>}
 */
const queued = async (page) => {
  const found = await page.evaluate(() => {
    const { dataLayer, fbq, ym, uetq, clarity } = /** @type {any} */ (window);
    const list = (/** @type {any[]} */ queue) =>
      queue.map((entry) =>
        Object.prototype.toString.call(entry) === "[object Arguments]" ? [...entry] : entry,
      );
    const queues = { dataLayer, fbq: fbq.queue, ym: ym.a, uetq, clarity: clarity.q };
    return Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, list(queue)]));
  });
  return Object.fromEntries(
    Object.entries(found).map(([name, queue]) => [name, timeless(/** @type {any[]} */ (queue))]),
  );
};

/** Keeps the first of equal commands: two of Google's scripts work off one queue. */
const unique = () => {
  const seen = new Set();
  return (/** @type {any[]} */ command) => {
    const text = JSON.stringify(command);
    return !seen.has(text) && Boolean(seen.add(text));
  };
};

describe("after a withdrawal", () => {
  test("every vendor is told, its cookies are gone, and nobody is asked again, on this page or the next", () =>
    visit(async ({ page, context, cookies, go, press, takeCommands, settled }) => {
      await press("all");
      await settled();
      for (const vendor of ["google", "yandex", "meta", "uet", "clarity"]) takeCommands(vendor);
      await page.evaluate(() => {
        document.cookie = "own=1; Path=/";
        document.cookie = "_ga=host-only; Path=/";
      });
      await context.addCookies([
        {
          name: "IDE",
          value: "1",
          domain: ".doubleclick.net",
          path: "/",
          secure: true,
          sameSite: "None",
        },
      ]);
      await page.locator("#cc-main").waitFor({ state: "hidden" });
      await page.locator("[data-choices=open]").first().click();
      const before = vendors.asked.length;
      await Promise.all([
        page.waitForEvent("load"),
        page.locator("#cc-main [data-role=necessary]").click(),
      ]);
      await settled();

      assert.deepEqual(timeless(takeCommands("google")).filter(unique()), [
        ["consent", "update", DENIED],
      ]);
      assert.deepEqual(takeCommands("yandex"), [[UID, "destruct"]]);
      assert.deepEqual(takeCommands("meta"), [
        ["dataProcessingOptions", ["LDU"], 0, 0],
        ["consent", "revoke"],
      ]);
      assert.deepEqual(takeCommands("uet"), [["consent", "update", { ad_storage: "denied" }]]);
      assert.deepEqual(takeCommands("clarity"), [
        ["consentv2", { ad_Storage: "denied", analytics_Storage: "denied" }],
        ["stop"],
      ]);
      const left = (await cookies()).map(({ name, domain }) => `${name} ${domain}`).sort();
      assert.deepEqual(
        left,
        ["IDE .doubleclick.net", "own www.policies.example"],
        "a vendor's own domain and the site's own cookie are left alone",
      );
      assert.deepEqual(await queues(page), []);
      await go("/ru/");
      assert.deepEqual(vendors.asked.slice(before), []);
    }));

  test("of one category, the other one's services go on", () =>
    visit(async ({ page, choose, cookies, press, takeCommands, settled }) => {
      await press("all");
      await settled();
      await page.locator("#cc-main").waitFor({ state: "hidden" });
      await Promise.all([page.waitForEvent("load"), choose(["analytics"])]);
      await settled();
      assert.deepEqual((await cookies()).map(({ name }) => name).sort(), [
        "_clck",
        "_clsk",
        "_ga",
        "_ga_TEST1",
        "_ym_d",
        "_ym_isad",
        "_ym_uid",
      ]);
      assert.deepEqual(takeCommands("clarity").at(-1), [
        "consentv2",
        { ad_Storage: "denied", analytics_Storage: "granted" },
      ]);
    }));

  test("a script that is still on its way never runs, and the page's own commands stay", () =>
    visit(async ({ page, context, cookies, go, press, settled, takeCommands }) => {
      await context.addInitScript(STUBS);
      await go("/en/privacy/");
      const scripts = vendors.hold();
      await press("all");
      await until(
        () => SCRIPTS.every((script) => vendors.asked.some(({ path }) => path.startsWith(script))),
        () => `only these were asked: ${JSON.stringify(vendors.asked)}`,
      );
      await page.locator("#cc-main").waitFor({ state: "hidden" });
      await page.locator("[data-choices=open]").first().click();
      // The vendors are told at the press; the answer, after which the page is loaded anew, waits.
      const answer = vendors.holdAnswers();
      await page.locator("#cc-main [data-role=necessary]").click();
      await answer.came();
      scripts();
      await settled();
      for (const vendor of ["google", "yandex", "meta", "uet", "clarity", "partner"])
        assert.deepEqual(takeCommands(vendor), [], vendor);
      assert.deepEqual(await queued(page), {
        ...OWN,
        dataLayer: [...BEGIN, ["consent", "update", DENIED], ["js", "now"], ...OWN.dataLayer],
        uetq: [...UET_SIGNALS, ...OWN.uetq],
        clarity: [CLARITY, ...OWN.clarity],
      });
      const sent = () =>
        vendors.asked.filter(({ host, path }) =>
          /collect|watch|\/tr\/|\/action\/0|viewthrough/.test(host + path),
        );
      assert.deepEqual(sent(), []);
      await Promise.all([page.waitForEvent("load"), answer.release()]);
      await settled();
      assert.deepEqual(sent(), []);
      assert.deepEqual(await cookies(), []);
    }));
});

describe("calls of the page itself", () => {
  test("are kept, with its own entries, while nothing is allowed, and nobody is asked for anything", () =>
    visit(async ({ page, context, go, press, settled }) => {
      await context.addInitScript(STUBS);
      await go("/en/privacy/");
      assert.deepEqual(await queued(page), OWN);
      await press("necessary");
      await settled();
      assert.deepEqual(await queued(page), OWN);
      assert.deepEqual(vendors.asked, []);
    }));

  test("are delivered after a yes, each behind what its vendor begins with", () =>
    visit(async ({ context, go, press, settled, takeCommands }) => {
      await context.addInitScript(STUBS);
      await go("/en/privacy/");
      await press("all");
      await settled();
      assert.deepEqual(timeless(takeCommands("google")).filter(unique()), [
        ...BEGIN,
        ["consent", "update", ALL_GRANTED],
        ["js", "now"],
        ["config", "G-TEST1", { cookie_expires: 395 * DAY }],
        ["config", "AW-123456789", {}],
        [{ event: "view_item" }],
        ...OWN.dataLayer.slice(1),
        [{ "gtm.start": "now", event: "gtm.js" }],
      ]);
      assert.deepEqual(takeCommands("yandex"), [...METRICA, ...OWN.ym]);
      assert.deepEqual(takeCommands("meta"), [...META, ...OWN.fbq]);
      assert.deepEqual(takeCommands("uet"), [...UET.slice(0, 2), OWN.uetq, UET[2]]);
      assert.deepEqual(takeCommands("clarity"), [CLARITY, ...OWN.clarity]);
    }));

  test("what the page has set before its first event stays before what is configured", () =>
    visit(async ({ context, go, choose, settled, takeCommands }) => {
      await context.addInitScript(`
        window.dataLayer = []; function gtag() { dataLayer.push(arguments); }
        gtag("set", { currency: "KZT" }); gtag("event", "login");
      `);
      await go("/en/privacy/");
      await choose(["analytics"]);
      await settled();
      assert.deepEqual(timeless(takeCommands("google")), [
        ...BEGIN,
        ["consent", "update", granting("analytics_storage")],
        ["set", { currency: "KZT" }],
        ["js", "now"],
        ["config", "G-TEST1", { cookie_expires: 395 * DAY }],
        ["event", "login"],
      ]);
    }));
});

describe("loaders, whatever the order of grants and withdrawals", () => {
  /**
   * Tells every loader of the list of a choice, as `gate.js` does.
   * @param {import("playwright-core").Page} page
   * @param {string[]} granted categories
   */
  const tell = (page, granted) =>
    page.evaluate(async (names) => {
      const [, address] = /"tags":"([^"]+)"/.exec(await (await fetch("/embed.js")).text()) ?? [];
      /** @type {any[]} */
      const list = (await import(/** @type {string} */ (address))).default;
      const choice = Object.fromEntries(
        ["functional", "analytics", "marketing"].map((name) => [name, names.includes(name)]),
      );
      for (const [service, category, settings] of list)
        service.load(settings, choice[category], choice);
    }, granted);

  test("a script that was withdrawn on its way is asked for anew, and begins with the choice of that moment", () =>
    visit(async ({ page, takeCommands, settled }) => {
      const scripts = vendors.hold();
      await tell(page, ["functional", "analytics", "marketing"]);
      await tell(page, []);
      await tell(page, ["marketing"]);
      await tell(page, ["functional"]);
      await tell(page, ["analytics"]);
      scripts();
      await settled();
      assert.deepEqual(timeless(takeCommands("google")), [
        ...BEGIN,
        ["consent", "update", granting("analytics_storage")],
        ["js", "now"],
        ["config", "G-TEST1", { cookie_expires: 395 * DAY }],
      ]);
      assert.deepEqual(takeCommands("yandex"), METRICA);
      assert.deepEqual(takeCommands("clarity"), [
        ["consentv2", { ad_Storage: "denied", analytics_Storage: "granted" }],
      ]);
      for (const vendor of ["meta", "uet", "partner"]) assert.deepEqual(takeCommands(vendor), []);
      await tell(page, ["analytics", "marketing"]);
      await settled();
      assert.deepEqual(takeCommands("meta"), META);
      assert.deepEqual(takeCommands("uet"), UET);
      assert.deepEqual(takeCommands("partner"), [["ran"]]);
    }));

  test("one of two ids that share a script on its way goes, the other stays", () =>
    visit(async ({ page, takeCommands, settled }) => {
      const scripts = vendors.hold();
      await tell(page, ["analytics", "marketing"]);
      await tell(page, ["marketing"]);
      scripts();
      await settled();
      const commands = timeless(takeCommands("google")).filter(unique());
      assert.deepEqual(
        commands.filter(([verb]) => verb === "config"),
        [["config", "AW-123456789", {}]],
      );
      assert.deepEqual(commands[3], ["consent", "update", granting(...ADVERTISING)]);
    }));

  test("a container hears of each change once, and of no withdrawal of itself", () =>
    visit(async ({ page, takeCommands, settled }) => {
      const told = () =>
        timeless(takeCommands("google"))
          .filter(unique())
          .filter(([entry]) => entry.event === "kelisim")
          .map(([{ kelisim }]) => Object.keys(kelisim).filter((name) => kelisim[name]));
      await tell(page, ["marketing"]);
      await settled();
      assert.deepEqual(told(), []);
      await tell(page, ["marketing", "analytics"]);
      await tell(page, ["marketing", "analytics"]);
      assert.deepEqual(told(), [["analytics", "marketing"]]);
      await tell(page, ["analytics"]);
      await tell(page, []);
      await tell(page, ["functional"]);
      assert.deepEqual(told(), []);
      await tell(page, ["marketing", "analytics"]);
      assert.deepEqual(told(), [["analytics", "marketing"]]);
    }));
});

test("in the United States services run until the visitor objects; then Meta limits the use of data", () =>
  visit(async ({ page, cookies, press, takeCommands, settled }) => {
    await settled();
    assert.deepEqual(takeCommands("meta"), META);
    assert.ok(hosts().includes("region1.google-analytics.com"));
    await Promise.all([page.waitForEvent("load"), press("necessary")]);
    await settled();
    assert.deepEqual(takeCommands("meta"), [
      ["dataProcessingOptions", ["LDU"], 0, 0],
      ["consent", "revoke"],
    ]);
    assert.deepEqual(await cookies(), []);
  }, "us.policies.example"));

test("no site here takes part in the advertising industry's framework", () =>
  visit(async ({ page, cookies, press, settled }) => {
    await press("all");
    await settled();
    assert.equal(await page.evaluate(() => "__tcfapi" in window || "__gpp" in window), false);
    assert.ok((await cookies()).every(({ name }) => name !== "euconsent-v2"));
  }));

describe("a site with one service", () => {
  for (const service of SERVICES) {
    test(`${service.kind} runs under the policy of its own site, which loads nothing else`, async () => {
      const single = await buildSite([service]);
      try {
        const loaders = (await readdir(path.join(single.dist, "assets/services")))
          .map((name) => name.split(".")[0])
          .filter((name) => !["vendor", "google"].includes(name));
        assert.deepEqual(loaders, [service.kind]);
        const policy = await readFile(path.join(single.dist, "_headers"), "utf8");
        await vendors.serve(single.dist);
        await visiting(vendors, async ({ press, settled }) => {
          await press("all");
          await settled();
          const asked = hosts();
          assert.ok(asked.length > 0, "it was loaded");
          for (const host of asked) {
            const parent = host.replace(/^[^.]+/, "*");
            assert.ok(
              policy.includes(`https://${host}`) || policy.includes(`https://${parent}`),
              `${host} is allowed`,
            );
          }
          for (const other of SERVICES) {
            if (other !== service && other.tag.startsWith("https://"))
              assert.ok(!policy.includes(new URL(other.tag).host), other.tag);
          }
        });
      } finally {
        await single.remove();
      }
    });
  }
});
