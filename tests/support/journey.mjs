// The way of one company in a folder of its own: the lawyer's document, a new site, its pages with
// the tag, visitors in a browser, and the receipt that a program without this project's code checks.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readKey, readReceipt } from "../worker/tree.mjs";
import { collectFaults } from "./browser.mjs";
import { browseHosts, serveHosts } from "./embedding.mjs";
import { copyProject } from "./project-copy.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SECRETS = {
  CONSENT_KEYS: `1:${"a".repeat(64)}`,
  RECEIPT_KEYS: `1:${"b".repeat(64)}`,
  ADMIN_TOKEN: "c".repeat(64),
};
/** The same, a year later: the first key of each list is the one in use. */
const REPLACED = {
  ...SECRETS,
  CONSENT_KEYS: `2:${"d".repeat(64)},${SECRETS.CONSENT_KEYS}`,
  RECEIPT_KEYS: `2:${"e".repeat(64)},${SECRETS.RECEIPT_KEYS}`,
};
export const DAY = 86_400_000;

/** Today in UTC, as editions are named. */
export const TODAY = new Date().toISOString().slice(0, 10);

/** A document that a lawyer has written. @param {string} name relative to the repository */
export const document = (name) => path.join(ROOT, name);

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof beginJourney>>} Journey */

/**
 * @param {string} host of the policy site
 * @param {object} company
 * @param {(host: string, path: string) => import("./embedding.mjs").Answer | undefined}
 *   company.page its pages
 * @param {object} company.visitor what the network says of the visitor's place
 */
export const beginJourney = async (host, { page: answer, visitor }) => {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "kelisim-journey-"));
  const archive = path.join(scratch, "release.tar.gz");
  execFileSync("cargo", ["xtask", "package", "--profile", "dev", "--out", archive], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const project = await copyProject(archive);
  const { startServer } = await import(
    pathToFileURL(path.join(project.folder, "xtask/local/server.mjs")).href
  );
  const site = path.join(project.folder, "content", host);
  /** @type {import("../../xtask/local/server.mjs").Server | undefined} */
  let runtime;
  /** @type {Awaited<ReturnType<typeof serveHosts>> | undefined} */
  let hosts;
  /** @type {import("playwright-core").Browser | undefined} */
  let browser;
  let receipts = 0;

  /**
   * Runs a program of the release.
   * @param {string} program
   * @param {string[]} words
   */
  const program = (program, words) => {
    const done = spawnSync(path.join(project.folder, "prebuilt", program), words, {
      cwd: project.folder,
      encoding: "utf8",
    });
    return { ...done, said: done.stdout + done.stderr };
  };

  /** Runs the builder, which has to succeed. @param {string[]} words */
  const run = (...words) => {
    const { status, said } = program("site-builder", words);
    assert.equal(status, 0, `site-builder ${words.join(" ")}\n${said}`);
    return said;
  };

  const origin = () => `http://127.0.0.1:${runtime?.port}`;

  return {
    run,
    program,
    /** @param {string} name of a file of the site @param {(text: string) => string} change */
    edit: async (name, change) => {
      const file = path.join(site, name);
      const before = await readFile(file, "utf8");
      const after = change(before);
      assert.notEqual(after, before, `${name} is as it was`);
      await writeFile(file, after);
    },
    /** A page that was built. @param {string} name */
    built: (name) => readFile(path.join(project.folder, "dist", host, name, "index.html"), "utf8"),
    /** All pages that were built, by their names. @returns {Promise<[string, string][]>} */
    pages: async () => {
      const folder = path.join(project.folder, "dist", host);
      const names = (await readdir(folder, { recursive: true })).filter((name) =>
        name.endsWith(".html"),
      );
      return Promise.all(
        names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")]),
      );
    },
    /** Archives, checks and builds the site without a warning, serves it, and opens a browser. */
    publish: async () => {
      run("archive", "--site", host);
      run("build", "--site", host, "--deny", "warnings");
      const state = path.join(scratch, "state");
      runtime = await startServer({ site: host, secrets: SECRETS, state });
      hosts = await serveHosts({
        policies: host,
        port: () => runtime?.port ?? assert.fail("the site is not served"),
        page: answer,
      });
      hosts.network.visitor = visitor;
      browser = await browseHosts(hosts.server);
    },
    /**
     * Serves the same log on a later day, when the keys have been replaced and the old ones kept.
     * @param {number} days from now
     */
    later: async (days) => {
      await runtime?.stop();
      runtime = await startServer({
        site: host,
        secrets: REPLACED,
        state: path.join(scratch, "state"),
        config: path.join(project.folder, "wrangler.toml"),
        main: path.join(ROOT, "tests/support/later-worker.mjs"),
        vars: { AHEAD: String(days * DAY) },
      });
    },
    /** What the network says of a visitor, and the requests so far. */
    hosts: () => hosts ?? assert.fail("the site is not served"),
    /**
     * A visitor's browser.
     * @param {import("playwright-core").BrowserContextOptions} [settings]
     */
    visitor: async (settings) => {
      assert.ok(browser);
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        reducedMotion: "reduce",
        acceptDownloads: true,
        ...settings,
      });
      const collected = await collectFaults(context);
      await context.exposeFunction("recordCall", () => {});
      return { context, faults: () => collected.faults.splice(0) };
    },
    /**
     * Takes the receipt from the open settings of a page.
     * @param {Page} page
     * @returns {Promise<string>} its file
     */
    receipt: async (page) => {
      const button = page.locator("#cc-main [data-role=receipt]");
      if (!(await button.isVisible()))
        await page.locator("#cc-main details:has([data-role=receipt]) > summary").click();
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      receipts += 1;
      const file = path.join(scratch, `${receipts}.tlog-proof`);
      await download.saveAs(file);
      return file;
    },
    /**
     * Has a receipt checked twice: by RFC 6962, c2sp.org and Node's cryptography alone, and by the
     * verifier of the release.
     * @param {string} file
     * @returns {Promise<any>} the record
     */
    proven: async (file) => {
      const policy = await (await fetch(`${origin()}/log/policy`)).text();
      const policyFile = path.join(scratch, "policy.txt");
      await writeFile(policyFile, policy);
      const keys = [...policy.matchAll(/^log (\S+)/gm)].map(([, key]) => readKey(key));
      const { record } = readReceipt(await readFile(file, "utf8"), keys);
      const { status, said } = program("verifier", [file, "--policy", policyFile]);
      assert.equal(status, 0, said);
      return JSON.parse(record);
    },
    stop: async () => {
      await browser?.close();
      await hosts?.stop();
      await runtime?.stop();
      await project.remove();
      await rm(scratch, { recursive: true, force: true });
    },
  };
};
