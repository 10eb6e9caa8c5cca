// Markup that waits for permission, in the three engines.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ENGINES, withEngine } from "../support/engines.mjs";
import { startPages } from "../support/markup-page.mjs";
import { until } from "../support/until.mjs";

/** @typedef {import("../support/engines.mjs").Visitor} Visitor */

/** @type {Awaited<ReturnType<typeof startPages>>} */
let pages;
before(async () => {
  pages = await startPages();
});
after(() => pages?.stop());

const STRICT =
  "default-src 'none'; img-src 'self'; script-src 'self' VENDOR; frame-src VENDOR; connect-src 'self'; require-trusted-types-for 'script'; trusted-types kelisim#markup";

for (const [name, { absent }] of Object.entries(ENGINES))
  describe(`markup that waits, in ${name}`, { skip: absent }, () => {
    const asVisitor = withEngine(name);

    /** @param {string} body @param {(page: Visitor) => Promise<void>} check @param {{csp?: string}} [more] */
    const visiting = (body, check, more) =>
      asVisitor(async (page) => {
        pages.serve(body, more);
        await page.go(pages.origin);
        await holds(page, () => "piece" in window);
        await check(page);
        assert.deepEqual(page.faults(), []);
      });
    /** @param {Visitor} page @param {(...given: any[]) => unknown} condition @param {...any} given */
    const holds = (page, condition, ...given) =>
      until(() => page.evaluate(condition, ...given), `${condition} ${given}`);
    /** @param {Visitor} page @param {string[]} [granted] @param {object} [more] */
    const permit = (page, granted = [], more = {}) =>
      page.evaluate(
        (/** @type {any} */ granted, /** @type {any} */ more) => {
          /** @type {any} */ (window).let(granted, more);
        },
        granted,
        more,
      );
    /** Waits for the words of a box in a frame. @param {Visitor} page @param {string} [selector] */
    const asks = (page, selector = "iframe") =>
      holds(
        page,
        (selector) => {
          /** @type {HTMLIFrameElement | null} */
          const frame = document.querySelector(selector);
          const button = frame?.contentDocument?.querySelector("kelisim-hold button");
          // Only a style that was applied makes it a hand.
          return (
            button?.textContent === "Allow once" && getComputedStyle(button).cursor === "pointer"
          );
        },
        selector,
      );
    /** @param {Visitor} page @param {string} [selector] */
    const press = (page, selector = "iframe") =>
      page.evaluate((/** @type {string} */ selector) => {
        const frame = /** @type {HTMLIFrameElement} */ (document.querySelector(selector));
        frame.contentDocument?.querySelector("button")?.click();
      }, selector);
    const count = (/** @type {string} */ path) =>
      pages.requests.filter((one) => one === `video.localhost${path}`).length;
    const requested = (/** @type {string} */ path, times = 1) =>
      until(
        () => count(path) === times,
        () => `${path}: ${count(path)} requests, not ${times}`,
      );

    test("a frame asks in its own document, is shown, taken back and moved", () =>
      visiting(
        '<main><iframe data-consent="marketing" data-src="VENDOR/film"></iframe></main><aside></aside>',
        async (page) => {
          await permit(page);
          await asks(page);
          await page.evaluate(() =>
            document
              .querySelector("aside")
              ?.append(/** @type {Node} */ (document.querySelector("iframe"))),
          );
          await asks(page, "aside iframe");
          assert.deepEqual(pages.requests, []);
          await press(page);
          await requested("/film");
          await permit(page, ["marketing"]);
          await permit(page, [], { refused: ["video"] });
          await asks(page);
          assert.equal(count("/film"), 1);
          await permit(page, ["marketing"]);
          await requested("/film", 2);
        },
        { csp: STRICT },
      ));

    test("a frame is not loaded again when the visitor goes back to its page after a refusal", () =>
      visiting(
        '<iframe data-consent="marketing" data-src="VENDOR/film"></iframe>',
        async (page) => {
          await permit(page, ["marketing"]);
          await requested("/film");
          await holds(page, () => document.querySelector("iframe")?.contentDocument === null);
          await page.go(`${pages.origin}/?next`);
          await page.evaluate(() => void setTimeout(() => history.back()));
          const isBack = () => page.evaluate(() => !location.search && "piece" in window);
          // In between there is no page to ask.
          await until(() => isBack().catch(() => false), "the visitor never came back");
          await permit(page, [], { refused: ["video"] });
          await asks(page);
          assert.equal(count("/film"), 1);
        },
        { csp: STRICT },
      ));

    test("a sandboxed frame asks beside it", () =>
      visiting(
        '<iframe id=closed sandbox="allow-scripts" data-consent="marketing" data-src="VENDOR/film"></iframe>',
        async (page) => {
          await permit(page);
          await asks(page, "[data-kelisim-hold]");
          await press(page, "[data-kelisim-hold]");
          await requested("/film");
          await holds(page, () => document.querySelectorAll("iframe").length === 1);
        },
        { csp: STRICT },
      ));

    test("scripts run in their order, where they stand and as copies", () => {
      const scripts = (/** @type {string} */ prefix) =>
        `<p><script type="text/plain" data-consent="analytics" data-src="VENDOR/${prefix}.js"></script><script type="text/plain" data-consent="analytics">(window.ran ??= []).push("${prefix} inline")</script></p>`;
      return visiting(`${scripts("parsed")}<main></main>`, async (page) => {
        await permit(page);
        assert.deepEqual(pages.requests, []);
        await permit(page, ["analytics"]);
        const hasRun = async (/** @type {string[]} */ ...expected) => {
          await holds(
            page,
            (length) => /** @type {any} */ (window).ran?.length === length,
            expected.length,
          );
          assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).ran), expected);
        };
        await hasRun("/parsed.js", "parsed inline");
        await page.evaluate(
          (/** @type {string} */ html) => {
            /** @type {Element} */ (document.querySelector("main")).innerHTML = html;
          },
          scripts("later").replace("VENDOR", pages.vendor("")),
        );
        await hasRun("/parsed.js", "parsed inline", "/later.js", "later inline");
        await permit(page, ["analytics", "marketing"]);
        assert.equal(count("/parsed.js"), 1);
      });
    });
  });
