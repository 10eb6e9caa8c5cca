// Records and receipts on the operator's page: what the log holds is found and holds, what was
// altered is told, and what can't be checked is not called checked.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { enter, lookUp, withAdminPage } from "../support/admin-page.mjs";
import { RECORDS } from "../support/filled-log.mjs";
import { exampleLog, exampleRecord, signer } from "../support/receipts.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { visiting, receipts } = withAdminPage();

/** The verdict, and the sentences that support it. @param {Page} page */
const findings = async (page) => {
  const verdict = await page.locator("[data-verdict]").getAttribute("data-verdict");
  const told = await page
    .locator(".checks li")
    .evaluateAll((all) =>
      all.map((one) => `${one.getAttribute("data-state")}: ${one.textContent?.trim()}`),
    );
  return { verdict, told };
};

/** Looks something up and waits for the verdict. @param {Page} page @param {string} text */
const judge = async (page, text) => {
  await lookUp(page, text);
  await page.locator("[data-verdict]").waitFor();
  return findings(page);
};

/** The value of a field. @param {Page} page @param {string} name */
const field = (page, name) =>
  page
    .locator(".entry dt", { hasText: new RegExp(`^${name}$`) })
    .locator("xpath=../dd")
    .first();

const INCLUDED = /^good: The record is in the log: this page has computed the root/;
const SIGNED = "good: The log has signed the checkpoint.";
const SHOWN = /^good: The archive has the text that was shown/;
const has = (/** @type {string[]} */ told, /** @type {string | RegExp} */ wanted) =>
  told.some((one) => (typeof wanted === "string" ? one === wanted : wanted.test(one)));

describe("of the log", () => {
  test("a record is found by its number, with its proof, its fields and the text shown", () =>
    visiting("en", async (page, faults) => {
      await enter(page);
      const { verdict, told } = await judge(page, "1");
      for (const wanted of [INCLUDED, SIGNED, SHOWN, /^open: No witness has cosigned/])
        assert.ok(has(told, wanted), `${wanted}: ${told.join("\n")}`);
      assert.equal(verdict, "open");
      const [{ record }] = receipts();
      assert.equal(await field(page, "Action").innerText(), "Accept all");
      assert.equal(await field(page, "Country").innerText(), "Germany (DE)");
      assert.equal(await field(page, "Language").innerText(), "қазақ тілі");
      assert.equal(await field(page, "Event").innerText(), record.id);
      const words = page.locator(".words");
      assert.equal(await words.getAttribute("lang"), "kk");
      assert.match(await words.innerText(), /Cookie файлдары/);
      assert.match(await words.innerText(), /Google Analytics 4/, "and the settings behind it");
      // What the first layer says under `opt_out` and `notice`.
      assert.doesNotMatch(await words.innerText(), /өзіңіз өшіргенше|Рұқсатсыз тек/);
      assert.equal(
        await page.evaluate(() => document.activeElement?.textContent),
        "Record 1",
        "those who hear the page are told",
      );
      assert.deepEqual(faults, []);
    }));

  test("the receipts that visitors were handed are the log's", () =>
    visiting("en", async (page) => {
      await enter(page);
      const receipt = receipts()[30];
      for (const text of [receipt.receipt, JSON.stringify(receipt, null, 2)]) {
        const { told } = await judge(page, text);
        for (const wanted of [INCLUDED, SIGNED, /^good: The log has the same record/])
          assert.ok(has(told, wanted), `${wanted}: ${told.join("\n")}`);
      }
      const entries = receipts().slice(0, 3);
      await lookUp(page, JSON.stringify({ site: "cap.kz", subject: "x", entries, next: null }));
      await page.locator("[data-entry='3']").waitFor();
      assert.equal(await page.locator("[data-verdict=open]").count(), 3);
    }));

  test("a receipt is chosen as a file, and saved as one", () =>
    visiting("ru", async (page) => {
      await enter(page);
      const { receipt, index } = receipts()[4];
      await page
        .locator("[data-admin=file]")
        .setInputFiles({ name: "a.tlog-proof", mimeType: "", buffer: Buffer.from(receipt) });
      await page.locator("[data-verdict]").waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(".entry .press").click(),
      ]);
      assert.equal(download.suggestedFilename(), `cap.kz-${index}.tlog-proof`);
      assert.equal(await readFile(await download.path(), "utf8"), receipt);
    }));

  test("a number without a record, and what is no receipt, are told", () =>
    visiting("en", async (page) => {
      await enter(page);
      for (const [text, said] of [
        [String(RECORDS + 1), "The log has no record with this number"],
        ["hello", "This is neither a number nor a receipt"],
        ["{}", "This is neither a number nor a receipt"],
        [`{"receipt":"c2sp.org/tlog-proof@v1"}`, "This is neither a number nor a receipt"],
        [
          `{"record":{},"sequence":3,"previous":"00","hash":"00","signature":{}}`,
          "This receipt is of the form before",
        ],
      ]) {
        await lookUp(page, text);
        await page.locator("[data-admin=found]", { hasText: said }).waitFor();
        assert.equal(await page.locator("[data-part=record]").innerText(), "");
      }
    }));

  test("the audit trail tells who looked, by kind", () =>
    visiting("en", async (page) => {
      await enter(page);
      await judge(page, "2");
      await page.locator("[data-admin=trail]").click();
      const newest = page.locator("[data-part=audit] tbody tr").first();
      await newest.waitFor();
      assert.match(
        await newest.innerText(),
        /Look at a record\s+token: [0-9a-f]{8}; first record: 2; records: 1/,
      );
      await page.locator("[data-admin=kind]").selectOption("stats");
      const kinds = await page
        .locator("[data-part=audit] tbody tr td:nth-child(3)")
        .allInnerTexts();
      assert.deepEqual([...new Set(kinds)], ["Look at figures"]);
    }));
});

describe("of an example", () => {
  const record = exampleRecord();
  const log = exampleLog(record);
  const stranger = signer("cap.kz/log", 1);

  /**
   * What the page says of a receipt, where the service answers as it is told here.
   * @param {string} text
   * @param {{policy?: string | null, kept?: string}} [service] `kept`: the record of the log
   */
  const judged = async (text, { policy = log.policy, kept = record } = {}) => {
    /** @type {{verdict: string | null, told: string[]}} */
    let found = { verdict: null, told: [] };
    await visiting("en", async (page, faults) => {
      await page.route("**/log/policy", (route) =>
        policy === null
          ? route.abort()
          : route.fulfill({ contentType: "text/plain", body: policy }),
      );
      await page.route("**/api/consent/record?*", (route) =>
        route.fulfill({
          json: { record: JSON.parse(kept), index: 3, receipt: log.receipt(log.signed, kept) },
        }),
      );
      await enter(page);
      found = await judge(page, text);
      assert.deepEqual(faults, []);
    });
    return found;
  };

  test("that a witness has cosigned is told with its time", async () => {
    const { verdict, told } = await judged(log.receipt());
    assert.equal(verdict, "good", told.join("\n"));
    for (const wanted of [
      INCLUDED,
      SIGNED,
      /^good: The log has dated the checkpoint: Nov 20, 2026/,
      /^good: The witness auditor has cosigned it: Nov 20, 2026/,
      /^good: The log has the same record/,
    ])
      assert.ok(has(told, wanted), `${wanted}: ${told.join("\n")}`);
  });

  for (const [name, text, service, wanted] of /** @type {[string, string, object, RegExp][]} */ ([
    [
      "another record",
      log.receipt(log.cosigned, exampleRecord({ country: "DE" })),
      {},
      /^bad: The record does not lead to the root/,
    ],
    [
      "another index",
      log.receipt().replace("index 3", "index 2"),
      {},
      /^bad: The record does not lead to the root/,
    ],
    [
      "a readable record that differs",
      JSON.stringify({ receipt: log.receipt(), record: { ...JSON.parse(record), country: "DE" } }),
      {},
      /^bad: The readable record beside the receipt is not the one/,
    ],
    [
      "a checkpoint that the log did not sign so",
      log.receipt(log.cosigned.replace("\n7\n", "\n8\n")),
      {},
      /^bad: The log’s signature is wrong/,
    ],
    [
      "a checkpoint that others signed",
      log.receipt(`${log.head}\n${stranger.sign(log.head)}`),
      {},
      /^bad: No key that this site publishes/,
    ],
    [
      "a cosignature of another time",
      log.receipt(`${log.signed}${log.witness.cosign(`${log.head}x\n`, 1_795_167_660)}`),
      {},
      /^bad: The cosignature of witness.example\/w1 is wrong/,
    ],
    [
      "a receipt of another log",
      log.receipt(log.cosigned.replaceAll("cap.kz/log", "other.kz/log")),
      {},
      /^bad: The receipt is of another log, other\.kz\/log/,
    ],
    [
      "another record under the same number in the log",
      log.receipt(),
      { kept: exampleRecord({ country: "DE" }) },
      /^bad: The log has another record under this number/,
    ],
    [
      "a text that the archive lacks",
      exampleLog(exampleRecord({ text: "00".repeat(32) })).receipt(),
      {},
      /^open: The archive has no text with this hash/,
    ],
    ["no keys", log.receipt(), { policy: null }, /^open: The keys could not be loaded/],
    ["no witness", log.receipt(log.signed), {}, /^open: No witness has cosigned/],
  ])) {
    test(`${name} is told`, async () => {
      const { verdict, told } = await judged(text, service);
      assert.ok(has(told, wanted), told.join("\n"));
      assert.notEqual(verdict, "good");
      if (wanted.source.startsWith("^bad")) assert.equal(verdict, "bad");
    });
  }

  test("a text that was changed in the archive is told", () =>
    visiting("en", async (page) => {
      const changed = exampleRecord({ text: "ab".repeat(32) });
      const other = exampleLog(changed);
      await page.route("**/archive/*.txt", (route) => route.fulfill({ body: "changed" }));
      await page.route("**/log/policy", (route) => route.fulfill({ body: other.policy }));
      await enter(page);
      const { verdict, told } = await judge(page, other.receipt());
      assert.equal(verdict, "bad");
      assert.ok(has(told, /^bad: The text in the archive is not the one/), told.join("\n"));
    }));

  for (const [what, answer, expected] of /** @type {const} */ ([
    ["were changed", { body: "changed" }, /^bad: The text in the archive is not the one/],
    ["are missing", { status: 404 }, /^open: The archive has no text with this hash/],
  ]))
    test(`so is a banner whose settings ${what}`, () =>
      visiting("en", async (page) => {
        const [{ record }] = receipts();
        await page.route("**/archive/*.txt", (route) =>
          route.request().url().includes(record.text) ? route.continue() : route.fulfill(answer),
        );
        await enter(page);
        const { told } = await judge(page, "1");
        assert.ok(has(told, expected), told.join("\n"));
      }));

  test("what a receipt from elsewhere holds is shown as text", () =>
    visiting("en", async (page, faults) => {
      const hostile = exampleRecord({
        action: "<img src=x onerror=alert(1)>",
        choice: { __proto__: 1, constructor: "<b>" },
        country: 7,
        time: "long ago",
        toString: ["a"],
      });
      await enter(page);
      await judge(page, exampleLog(hostile).receipt());
      assert.equal(await field(page, "Action").innerText(), "<img src=x onerror=alert(1)>");
      assert.equal(await field(page, "Time").innerText(), "long ago");
      assert.equal(await page.locator(".entry img").count(), 0);
      assert.deepEqual(faults, []);
    }));
});
