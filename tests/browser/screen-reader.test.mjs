// What screen readers are told when the banner comes and when it was answered: the accessibility
// tree of Chromium.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { press, told } from "../support/engine-shop.mjs";
import { go, LAUNCHERS, puppeteerVisitor, waitFor } from "../support/engines.mjs";
import { startServer } from "../support/server.mjs";

/** @typedef {{role: string, name: string, inStatus: boolean}} Node */

const ARRIVED = "A message about cookies has appeared at the end of the page.";
const SAVED = "Your choice is saved.";

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());
const address = () => `${server.origin("DE")}/en/privacy/`;

describe("the accessibility tree", () => {
  /** @type {import("puppeteer-core").Browser} */
  let browser;
  before(async () => {
    browser = await LAUNCHERS.Chromium({});
  });
  after(() => browser?.close());

  /**
   * What a screen reader is told of the page, in its order.
   * @param {import("puppeteer-core").Page} page
   * @returns {Promise<Node[]>}
   */
  const tree = async (page) => {
    const session = await page.createCDPSession();
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    await session.detach();
    const parents = new Map(nodes.map((node) => [node.nodeId, node]));
    /** @param {import("puppeteer-core").Protocol.Accessibility.AXNode} node @returns {boolean} */
    const inStatus = (node) => {
      const parent = parents.get(node.parentId ?? "");
      return parent !== undefined && (parent.role?.value === "status" || inStatus(parent));
    };
    return nodes
      .filter((node) => !node.ignored)
      .map((node) => ({
        role: String(node.role?.value),
        name: String(node.name?.value ?? ""),
        inStatus: inStatus(node),
      }));
  };

  /** The names of what has a role. @param {Node[]} nodes @param {string} role */
  const named = (nodes, role) => nodes.filter((node) => node.role === role).map(({ name }) => name);
  /** The texts of live regions. @param {Node[]} nodes */
  const statuses = (nodes) =>
    nodes.filter(({ role, inStatus }) => inStatus && role === "StaticText").map(({ name }) => name);

  test("has a live region before its text, the banner as a region, and a name for all that can be pressed", async () => {
    const page = await browser.newPage();
    const visitor = puppeteerVisitor(page);
    await page.evaluateOnNewDocument(() => {
      /** When the live region came, and its text, in milliseconds. */
      const times = { region: 0, text: 0 };
      Object.assign(window, { times });
      new MutationObserver(() => {
        const region = document.querySelector("kelisim-banner [role=status]");
        if (region) times.region ||= performance.now();
        if (region?.querySelector("[data-status]:not([hidden])")) times.text ||= performance.now();
      }).observe(document, { childList: true, subtree: true, attributes: true });
    });
    await go(visitor, address());
    await told(visitor, "arrived");
    const { region, text } = await page.evaluate(() => /** @type {any} */ (window).times);
    assert.ok(text - region >= 200, `the text came ${text - region} ms after its region`);
    assert.equal(
      await page.evaluate(() => document.activeElement?.tagName),
      "BODY",
      "the reader stays where they are",
    );

    const asked = await tree(page);
    assert.deepEqual(statuses(asked), [ARRIVED]);
    assert.ok(
      named(asked, "region").some((name) => name.startsWith("Cookies on ")),
      "the banner is a landmark",
    );
    const buttons = named(asked, "button");
    assert.deepEqual(
      buttons.filter((name) => ["Accept all", "Reject all", "Choose"].includes(name)),
      ["Accept all", "Reject all", "Choose"],
    );

    await press(visitor, "show");
    await waitFor(visitor, "#cc-main .cm__settings");
    const settings = await tree(page);
    for (const role of ["button", "checkbox", "link", "region", "heading"])
      assert.deepEqual(
        settings.filter((node) => node.role === role && node.name === ""),
        [],
        `each ${role} has a name`,
      );
    assert.ok(named(settings, "checkbox").length >= 3, "the categories are boxes to tick");

    await press(visitor, "necessary");
    await told(visitor, "saved");
    assert.deepEqual(statuses(await tree(page)), [SAVED]);
    await page.close();
  });
});
