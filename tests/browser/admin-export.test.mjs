// The export of the operator's page: what it saves is the whole log, and it goes on where it was
// stopped.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { enter, withAdminPage } from "../support/admin-page.mjs";
import { RECORDS } from "../support/filled-log.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { receipts, visiting } = withAdminPage();
/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-admin-"));
});
after(() => rm(folder, { recursive: true, force: true }));

describe("an export", () => {
  /** @param {Page} page @param {string} format */
  const download = async (page, format) => {
    const [got] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(`[data-export=${format}]`).click(),
    ]);
    const file = path.join(folder, got.suggestedFilename());
    await got.saveAs(file);
    return file;
  };

  /** Pages of twenty, so that the log has several. @param {Page} page */
  const smallPages = (page) =>
    page.route("**/export?*", (route) =>
      route.continue({ url: route.request().url().replace("limit=8192", "limit=20") }),
    );

  test("as NDJSON, of several pages, is one export that holds every record", () =>
    visiting("en", async (page, faults, requests) => {
      await enter(page);
      await smallPages(page);
      const file = await download(page, "ndjson");
      assert.match(path.basename(file), /^cap\.kz_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.ndjson$/);
      assert.equal(
        requests.filter((request) => request.includes("/export?")).length,
        Math.ceil(RECORDS / 20),
      );
      const [head, ...lines] = (await readFile(file, "utf8")).trimEnd().split("\n");
      const { schema, origin, first, end } = JSON.parse(head);
      assert.deepEqual(
        [schema, origin, first, end],
        ["kelisim.export/2", "cap.kz/log", 1, RECORDS + 1],
      );
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        receipts().map(({ record }) => record),
      );
      assert.match(
        await page.locator("[data-admin=exported]").innerText(),
        new RegExp(`^${RECORDS} records in cap\\.kz_`),
      );
      assert.deepEqual(faults, []);
    }));

  test("as CSV has one head and a row per record", () =>
    visiting("ru", async (page) => {
      await enter(page);
      await smallPages(page);
      const lines = (await readFile(await download(page, "csv"), "utf8")).trimEnd().split("\r\n");
      assert.equal(lines.length, RECORDS + 1);
      assert.deepEqual(
        lines.filter((line) => line.startsWith("index,")),
        [lines[0]],
      );
      assert.deepEqual(
        lines.slice(1).map((line) => Number(line.split(",")[0])),
        Array.from({ length: RECORDS }, (_, at) => at + 1),
      );
    }));

  test("waits when the service asks to, and goes on where it failed", () =>
    visiting("en", async (page) => {
      await enter(page);
      await smallPages(page);
      const statuses = [0, 429, 0, 503];
      await page.route("**/export?*", (route) => {
        const status = statuses.shift();
        return status
          ? route.fulfill({ status, headers: { "retry-after": "1" }, body: "{}" })
          : route.fallback();
      });
      await page.locator("[data-export=csv]").click();
      await page
        .locator("[data-admin=exported]", {
          hasText: "20 records so far. The service asks to wait",
        })
        .waitFor();
      await page
        .locator("[data-admin=exported]", {
          hasText: "The log does not answer. Nothing is lost; try again later. 40 records so far",
        })
        .waitFor();
      const lines = (await readFile(await download(page, "csv"), "utf8")).trimEnd().split("\r\n");
      assert.equal(lines.length, RECORDS + 1);
    }));

  test("can be stopped", () =>
    visiting("en", async (page) => {
      await enter(page);
      await page.route("**/export?*", (route) =>
        route.fulfill({ status: 429, headers: { "retry-after": "600" }, body: "{}" }),
      );
      await page.locator("[data-export=ndjson]").click();
      await page.locator("[data-admin=stop]").click();
      await page.locator("[data-admin=exported]", { hasText: "Stopped." }).waitFor();
      assert.ok(await page.locator("[data-export=csv]").isEnabled());
    }));

  for (const format of ["ndjson", "csv"]) {
    test(`as ${format} that can't become whole saves nothing and begins anew`, () =>
      visiting("en", async (page) => {
        await enter(page);
        await smallPages(page);
        let downloads = 0;
        page.on("download", () => (downloads += 1));
        const answers = [0, 410];
        await page.route("**/export?*", (route) => {
          const status = answers.shift();
          return status ? route.fulfill({ status, body: "{}" }) : route.fallback();
        });
        await page.locator(`[data-export=${format}]`).click();
        await page
          .locator("[data-admin=exported]", { hasText: "Records were deleted meanwhile" })
          .waitFor();
        assert.equal(downloads, 0);
        const lines = (await readFile(await download(page, format), "utf8")).trimEnd().split("\n");
        assert.equal(lines.length, RECORDS + 1);
      }));

    test(`as ${format} whose page is cut off asks for the page again`, () =>
      visiting("en", async (page) => {
        await enter(page);
        let isCut = false;
        await page.route("**/export?*", async (route) => {
          if (isCut) return route.fallback();
          isCut = true;
          const response = await route.fetch();
          return route.fulfill({ response, body: (await response.text()).slice(0, -7) });
        });
        await page.locator(`[data-export=${format}]`).click();
        await page
          .locator("[data-admin=exported]", { hasText: "The service can’t be reached." })
          .waitFor();
        const lines = (await readFile(await download(page, format), "utf8")).trimEnd().split("\n");
        assert.equal(lines.length, RECORDS + 1);
      }));

    test(`as ${format} with a record missing is not offered`, () =>
      visiting("en", async (page) => {
        await enter(page);
        let downloads = 0;
        page.on("download", () => (downloads += 1));
        await page.route("**/export?*", async (route) => {
          const response = await route.fetch();
          const lines = (await response.text()).split("\n");
          return route.fulfill({ response, body: lines.toSpliced(5, 1).join("\n") });
        });
        await page.locator(`[data-export=${format}]`).click();
        await page.locator("[data-admin=exported]", { hasText: "don’t make a whole" }).waitFor();
        assert.equal(downloads, 0);
      }));
  }
});
