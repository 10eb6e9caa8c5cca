// Options of services: what the register says reaches the vendor, and only the hosts that it names are
// allowed in addition; a container runs for any of its categories, and its vendor's tool can hold the page.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildSite } from "../support/services.mjs";
import { startVendors, visiting } from "../support/vendors.mjs";

/** @typedef {import("../support/services.mjs").Service} Service */

/** @type {Service[]} */
const CONTAINER = [
  {
    kind: "google-tag-manager",
    category: "analytics",
    tag: "GTM-TEST2",
    cookies: [],
    lines:
      'options = { further_categories = ["marketing"], script = "https://sgtm.shop.example/gtm.js?env=1" }',
  },
  { kind: "external", category: "marketing", tag: "", cookies: [["_tag", 1]] },
  {
    id: "chat",
    kind: "external",
    category: /** @type {any} */ ("functional"),
    tag: "",
    cookies: [["_chat", 1]],
  },
];
/** @type {Service[]} */
const OPTIONS = [
  {
    kind: "google-analytics-4",
    category: "analytics",
    tag: "G-TEST1",
    cookies: [["_ga*", 395]],
    lines:
      `options = { send_page_view = false, linker = ["pay.example", "course.example"], cookie_domain = "policies.example", \
server_container_url = "https://collect.shop.example", script = "https://sgtm.shop.example/gtag/js" }`.replace(
        "\\\n",
        "",
      ),
  },
  {
    kind: "google-ads",
    category: "marketing",
    tag: "AW-123456789",
    cookies: [["_gcl_au", 90]],
    lines: "options = { conversion_linker = false }",
  },
  {
    kind: "yandex-metrica",
    category: "analytics",
    tag: "12345678",
    cookies: [["_ym_*", 365]],
    lines:
      'options = { webvisor = true, clickmap = true, trackHash = true, ecommerce = "dataLayer", trackLinks = false }',
  },
  {
    kind: "microsoft-uet",
    category: "marketing",
    tag: "87654321",
    cookies: [
      ["_uetsid", 1],
      ["_uetvid", 390],
    ],
    lines: "options = { enableAutoSpaTracking = true }",
  },
];

/** @type {import("../support/vendors.mjs").Vendors} */
let vendors;
/** @typedef {Awaited<ReturnType<typeof buildSite>>} Site */
/** @type {Site} */
let container;
/** @type {Site} */
let options;
before(async () => {
  [vendors, container, options] = await Promise.all([
    startVendors(),
    buildSite(CONTAINER),
    buildSite(OPTIONS),
  ]);
});
after(async () => {
  await vendors?.stop();
  await container?.remove();
  await options?.remove();
});

/** @param {Site} site @param {Parameters<typeof visiting>[1]} check */
const visit = async (site, check) => {
  await vendors.serve(site.dist);
  await visiting(vendors, check);
};
/** The addresses of Google's scripts that were asked for. */
const scripts = () =>
  vendors.asked
    .map(({ host, path }) => host + path)
    .filter((address) => /gtm\.js|gtag\/js/.test(address));

describe("a container with tags of two categories", () => {
  for (const category of ["analytics", "marketing"]) {
    test(`runs when ${category} alone is granted, and is told so`, () =>
      visit(container, async ({ choose, takeCommands, settled }) => {
        await choose([category]);
        await settled();
        assert.deepEqual(scripts(), ["sgtm.shop.example/gtm.js?env=1&id=GTM-TEST2"]);
        const [, , signals] = takeCommands("google").filter(([, verb]) => verb === "update")[0];
        assert.equal(signals.analytics_storage === "granted", category === "analytics");
        assert.equal(signals.ad_storage === "granted", category === "marketing");
      }));
  }

  test("doesn't run for any other", () =>
    visit(container, async ({ choose, settled }) => {
      await choose(["functional"]);
      await settled();
      assert.deepEqual(scripts(), []);
    }));

  test("goes on while one of them is left, and hears of the other's end", () =>
    visit(container, async ({ page, choose, press, takeCommands, settled }) => {
      await press("all");
      await settled();
      await page.locator("#cc-main").waitFor({ state: "hidden" });
      takeCommands("google");
      const before = vendors.asked.length;
      await Promise.all([page.waitForEvent("load"), choose(["marketing"])]);
      await settled();
      const [first] = takeCommands("google");
      assert.equal(first[2].analytics_storage, "denied");
      assert.equal(first[2].ad_storage, "granted");
      assert.equal(vendors.asked.slice(before).length, 1, "the container of the new page");
    }));
});

test("options reach the vendor, scripts come from the named host, and nothing has to be refused", () =>
  visit(options, async ({ cookies, press, takeCommands, settled }) => {
    await press("all");
    await settled();
    assert.deepEqual(scripts(), ["sgtm.shop.example/gtag/js?id=G-TEST1"]);
    const google = takeCommands("google").filter(([verb]) => verb === "config");
    assert.deepEqual(google, [
      [
        "config",
        "G-TEST1",
        {
          cookie_domain: "policies.example",
          cookie_expires: 395 * 24 * 60 * 60,
          linker: { domains: ["pay.example", "course.example"] },
          send_page_view: false,
          server_container_url: "https://collect.shop.example",
        },
      ],
      ["config", "AW-123456789", { conversion_linker: false }],
    ]);
    assert.deepEqual(takeCommands("yandex"), [
      [
        12345678,
        "init",
        {
          accurateTrackBounce: true,
          clickmap: true,
          ecommerce: "dataLayer",
          trackHash: true,
          trackLinks: false,
          webvisor: true,
        },
      ],
    ]);
    const hosts = new Set(vendors.asked.map(({ host }) => host));
    for (const host of ["collect.shop.example", "mc.webvisor.com"])
      assert.ok(hosts.has(host), host);
    assert.ok(!hosts.has("region1.google-analytics.com"));
    assert.ok((await cookies()).some(({ name }) => name === "_ym_visorc"));
    assert.deepEqual(takeCommands("uet").at(-1), ["pageLoad"]);
  }));

describe("a tool that opens the page in a window", () => {
  for (const [name, site, isHeld] of /** @type {[string, () => Site, boolean][]} */ ([
    ["keeps its hold where there is a container to debug", () => container, true],
    ["has none anywhere else", () => options, false],
  ])) {
    test(name, () =>
      visit(site(), async ({ context }) => {
        const tool = await context.newPage();
        await tool.goto("https://tool.example/tool");
        const opened = context.waitForEvent("page");
        await tool.evaluate(
          () => void window.open("https://www.policies.example/en/privacy/", "debugged"),
        );
        const page = await opened;
        await page.waitForURL("**/en/privacy/");
        await page.waitForFunction(() => "kelisim" in window);
        assert.equal(await page.evaluate(() => window.opener !== null), isHeld);
      }),
    );
  }
});
