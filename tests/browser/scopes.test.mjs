// Who is asked again when the site changes: nobody for other words, those who granted a category
// for a new service in it, nobody who refused it. The sites are on the ports of one host, so they
// share the visitor's cookie like the editions of one site.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { banner, choice, NONE, newVisitor, waitForIdle } from "../support/browser.mjs";
import { SECRETS } from "../support/filled-log.mjs";
import { withSite } from "../support/fixture.mjs";
import { startServerWithoutRegimes } from "../support/server.mjs";

/** @typedef {Awaited<ReturnType<typeof startServerWithoutRegimes>>} Server */

const words = '{ kk = "сынақ", ru = "проверка", en = "test" }';
/** A service that the site begins to use. @param {string} register */
const grow = (register) => `${register}
[[service]]
id = "new-one"
kind = "external"
name = "New one"
category = "analytics"
provider = "Another vendor"
country = "US"
transfer = ["scc"]
privacy_url = "https://vendor.example/privacy"
data = ${words}
purpose = ${words}
cookies = "none"
`;
const reword = (/** @type {string} */ register) =>
  register.replace("The Operator’s own analytics tools", "Own tools of the Operator");

/** @param {(register: string) => string} change */
const edition = (change) =>
  startServerWithoutRegimes({ "services.toml": change }, { secrets: SECRETS });

const site = withSite(() => startServerWithoutRegimes({}, { secrets: SECRETS }));
/** @type {Server} */
let reworded;
/** @type {Server} */
let grown;
before(async () => {
  reworded = await edition(reword);
  grown = await edition(grow);
});
after(async () => {
  await reworded?.stop();
  await grown?.stop();
});

/**
 * Answers on the first site, then visits another edition.
 * @param {string} from
 * @param {(parts: ReturnType<typeof banner>) => Promise<void>} press
 * @param {Server} next
 */
const returning = async (from, press, next) => {
  const { context, faults } = await newVisitor(site.browser);
  try {
    const page = await context.newPage();
    await page.goto(`${site.server.origin(from)}/en/cookies/`);
    await waitForIdle(page);
    await press(banner(page));
    await banner(page).dialog.waitFor({ state: "hidden" });
    await banner(page).status("saved").waitFor();
    // Later: a choice of this moment is still being reported.
    await page.clock.install({ time: Date.now() + 60_000 });
    await page.goto(`${next.origin(from)}/en/privacy/`);
    await waitForIdle(page);
    assert.deepEqual(faults, []);
    return { isAsked: await banner(page).dialog.isVisible(), runs: await choice(page) };
  } finally {
    await context.close();
  }
};
/** Allows these categories and no other. @param {string[]} names */
const allow =
  (...names) =>
  /** @param {ReturnType<typeof banner>} parts */
  async ({ unfold, box, save }) => {
    await unfold();
    for (const name of ["functional", "analytics", "marketing"])
      await box(name).setChecked(names.includes(name));
    await save.click();
  };
const SOME = { ...NONE, functional: true, analytics: true };

describe("after a change of the site", () => {
  test("that is one of words nobody is asked, although the revision is another", async () => {
    const revision = async (/** @type {Server} */ { port }) =>
      (await (await fetch(`http://localhost:${port}/manifest.json`)).json()).revision;
    assert.notEqual(await revision(reworded), await revision(site.server));
    assert.deepEqual(await returning("DE", allow("functional", "analytics"), reworded), {
      isAsked: false,
      runs: SOME,
    });
    assert.deepEqual(await returning("US-CA", allow(), reworded), { isAsked: false, runs: NONE });
  });

  test("a new service in a granted category is asked about, and only that category waits", async () => {
    assert.deepEqual(await returning("DE", allow("functional", "analytics"), grown), {
      isAsked: true,
      runs: { ...NONE, functional: true },
    });
  });

  test("a new service in a refused category is not asked about, and does not run", async () => {
    for (const from of ["DE", "US-CA"])
      assert.deepEqual(await returning(from, allow("functional"), grown), {
        isAsked: false,
        runs: { ...NONE, functional: true },
      });
  });
});
