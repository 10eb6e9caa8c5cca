// What a no does to the browser: it deletes what refused services have stored, of every kind and
// from every visit, and nothing else; other tabs stop without losing what the visitor has typed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ALL,
  banner,
  choice,
  NONE,
  newVisitor,
  waitForDecision,
  waitForIdle,
} from "../support/browser.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

/** @typedef {import("playwright-core").Page} Page */

const words = '{ kk = "сынақ", ru = "проверка", en = "test" }';
/** @param {string} id @param {string} category @param {string} entries */
const service = (id, category, entries) => `
[[service]]
id = "${id}"
kind = "external"
name = "${id}"
category = "${category}"
provider = "Vendor"
country = "US"
transfer = ["scc"]
privacy_url = "https://vendor.example/privacy"
data = ${words}
purpose = ${words}
${entries}
`;
const cookie = (/** @type {string} */ name, path = "/") =>
  `[[service.cookie]]\nname = "${name}"\ndays = 30\npath = "${path}"\npurpose = ${words}\n`;
const entry = (/** @type {string} */ kind, /** @type {string} */ name) =>
  `[[service.storage]]\nkind = "${kind}"\nname = "${name}"\npurpose = ${words}\n`;

const KEEPER = service(
  "keeper",
  "marketing",
  [
    cookie("_keep"),
    cookie("_keep_*"),
    cookie("_keep_shop", "/shop"),
    cookie("_shared"),
    ...["local_storage", "session_storage", "indexed_db", "cache_storage"].flatMap((kind) => [
      entry(kind, "_keep"),
      entry(kind, "_keep_*"),
    ]),
  ].join(""),
);
const OTHER = service("other", "analytics", cookie("_shared") + entry("local_storage", "_other"));

const site = withSite(() =>
  startServerWithoutRegimes({ "services.toml": (register) => register + KEEPER + OTHER }),
);

/**
 * Visits with a new browser.
 * @param {(visit: {page: Page, open: (path?: string) => Promise<Page>}) => Promise<void>} check
 * @param {string} [from]
 */
const visiting = async (check, from = "DE") => {
  const { context, faults } = await newVisitor(site.browser);
  try {
    const open = async (path = "/en/cookies/") => {
      const page = await context.newPage();
      await page.goto(site.server.origin(from) + path);
      await waitForDecision(page);
      return page;
    };
    await check({ page: await open(), open });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
};

/** Stores as two services would, in every kind of storage. @param {Page} page */
const fill = (page) =>
  page.evaluate(async () => {
    for (const attributes of [
      "_keep=1; Path=/",
      "_keep_1=1; Path=/en/",
      "_keep_2=1; Path=/en/cookies",
      "_keep_3=1; Path=/; Domain=de.localhost",
      "_keep_4=1; Path=/; Secure; SameSite=None; Partitioned",
      "_keep_shop=1; Path=/shop",
      "_shared=1; Path=/",
      "own=1; Path=/",
    ])
      document.cookie = attributes;
    for (const storage of [localStorage, sessionStorage])
      for (const key of ["_keep", "_keep_1", "_keeper", "own"]) storage.setItem(key, "1");
    localStorage.setItem("_other", "1");
    for (const name of ["_keep", "_keep_1", "own"]) {
      await caches.open(name);
      await new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => {
          request.result.close();
          resolve(undefined);
        };
        request.onerror = reject;
      });
    }
  });

/** Names of everything that is stored, but for our own. @param {Page} page */
const left = async (page) => ({
  cookies: (await page.context().cookies())
    .map(({ name }) => name)
    .filter((name) => !name.includes("kelisim"))
    .sort(),
  ...(await page.evaluate(async () => ({
    local: Object.keys(localStorage)
      .filter((key) => key !== "kelisim_press")
      .sort(),
    session: Object.keys(sessionStorage).sort(),
    databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
    caches: (await caches.keys()).sort(),
  }))),
});
const EVERYTHING = {
  cookies: ["_keep", "_keep_1", "_keep_2", "_keep_3", "_keep_4", "_keep_shop", "_shared", "own"],
  local: ["_keep", "_keep_1", "_keeper", "_other", "own"],
  session: ["_keep", "_keep_1", "_keeper", "own"],
  databases: ["_keep", "_keep_1", "own"],
  caches: ["_keep", "_keep_1", "own"],
};
const OTHERS = {
  cookies: ["_shared", "own"],
  local: ["_keeper", "_other", "own"],
  session: ["_keeper", "own"],
  databases: ["own"],
  caches: ["own"],
};

/** Saves the choice with marketing off. @param {Page} page */
const refuseMarketing = async (page) => {
  await banner(page).reopen.click();
  await banner(page).box("marketing").uncheck();
  await banner(page).save.click();
};

describe("what refused services have stored", () => {
  test("is deleted by a withdrawal, and what other services list stays", () =>
    visiting(async ({ page }) => {
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      await fill(page);
      assert.deepEqual(await left(page), EVERYTHING);
      await Promise.all([page.waitForEvent("load"), refuseMarketing(page)]);
      await waitForIdle(page);
      assert.deepEqual(await left(page), OTHERS);
      assert.deepEqual(await choice(page), { ...ALL, marketing: false });
    }));

  test("is deleted by a refusal, although nothing runs that could have stored it", () =>
    visiting(async ({ page }) => {
      await fill(page);
      await banner(page).unfold();
      await banner(page).box("analytics").check();
      await banner(page).save.click();
      await banner(page).status("saved").waitFor();
      await waitForIdle(page);
      assert.deepEqual(await left(page), OTHERS);
    }));

  test("is deleted by each later page", () =>
    visiting(async ({ page, open }) => {
      await banner(page).unfold();
      await banner(page).box("analytics").check();
      await banner(page).save.click();
      await banner(page).status("saved").waitFor();
      await fill(page);
      await page.reload();
      await waitForIdle(page);
      assert.deepEqual(await left(page), OTHERS);
      await (await open("/en/privacy/")).close();
    }));

  test("stays where nobody has refused it", () =>
    visiting(async ({ page }) => {
      await fill(page);
      await page.reload();
      await waitForIdle(page);
      assert.deepEqual(await left(page), EVERYTHING);
    }));
});

describe("another tab", () => {
  /** Puts a field and gated markup into the page, as its operator would. @param {Page} page */
  const furnish = async (page) => {
    await page.evaluate(() => {
      const main = /** @type {HTMLElement} */ (document.querySelector("main"));
      const field = Object.assign(document.createElement("input"), { id: "order" });
      const template = document.createElement("template");
      template.dataset.consent = "marketing";
      template.content.append(document.createElement("iframe"));
      main.prepend(field, template);
    });
    await page.locator("main iframe").waitFor();
  };

  test("that holds what the visitor has typed stops what it can, and asks to be loaded anew", () =>
    visiting(async ({ page, open }) => {
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      const other = await open("/en/privacy/");
      await furnish(other);
      await other.locator("#order").fill("two chairs");
      await refuseMarketing(page);
      await banner(other).status("stopped").waitFor();
      assert.equal(await other.locator("#order").inputValue(), "two chairs");
      assert.deepEqual(await choice(other), { ...ALL, marketing: false });
      const frames = other.locator("main iframe:not([data-kelisim-hold])");
      assert.equal(await frames.count(), 0, "frames end at once");
      await Promise.all([
        other.waitForEvent("load"),
        other.getByRole("button", { name: "Reload the page" }).click(),
      ]);
      await waitForDecision(other);
      assert.deepEqual(await choice(other), { ...ALL, marketing: false });
      assert.ok(await banner(other).status("stopped").isHidden());
    }));

  test("without anything typed is loaded anew", () =>
    visiting(async ({ page, open }) => {
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      const other = await open("/en/privacy/");
      await furnish(other);
      await Promise.all([other.waitForEvent("load"), refuseMarketing(page)]);
      await waitForDecision(other);
      assert.deepEqual(await choice(other), { ...ALL, marketing: false });
    }));

  test("the same in the tab where the no is said", () =>
    visiting(async ({ page }) => {
      await banner(page).accept.click();
      await banner(page).status("saved").waitFor();
      await furnish(page);
      await page.locator("#order").fill("two chairs");
      await banner(page).reopen.click();
      await banner(page).reject.click();
      await banner(page).status("stopped").waitFor();
      assert.equal(await page.locator("#order").inputValue(), "two chairs");
      assert.deepEqual(await choice(page), NONE);
    }));
});
