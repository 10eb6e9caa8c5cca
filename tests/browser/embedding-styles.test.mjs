// On pages of others the styles and scripts of the page and those of the banner leave each other
// alone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { banner } from "../support/browser.mjs";
import { withShop } from "../support/embedded-page.mjs";
import { PAGES } from "../support/embedding.mjs";

/** @typedef {import("playwright-core").Page} Page */

const { visiting } = withShop();

describe("styles", () => {
  const HOSTILE = `
    html { font-size: 62.5%; color: lime; line-height: 3; letter-spacing: 4px; text-transform: uppercase }
    * { margin: 7px !important; font-family: monospace !important; border-radius: 9px }
    body button, #cc-main button.cm__btn, [role=dialog] { background: red !important; color: red !important; padding: 40px !important; transform: rotate(3deg) !important }
    h2, p, li, fieldset, legend, label, input { font-size: 40px !important; border: 5px dotted red !important; float: left !important; opacity: 0.3 !important }
    *::before { content: "hostile" !important } #cc-main { display: none !important } a { display: none !important }`;

  /**
   * All computed styles below a selector.
   * @param {Page} page
   * @param {string} selector
   * @returns {Promise<Record<string, string>[]>}
   */
  const looks = (page, selector) =>
    page.evaluate((chosen) => {
      const all = [...document.querySelectorAll(chosen)].flatMap((root) => [
        root,
        ...root.querySelectorAll("*"),
      ]);
      return all.map((element) => {
        const style = getComputedStyle(element);
        const before = getComputedStyle(element, "::before").content;
        return {
          element: `${element.tagName} ${element.className}`,
          before,
          ...Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)])),
        };
      });
    }, selector);

  /**
   * Where two lists of styles differ.
   * @param {Record<string, string>[]} one
   * @param {Record<string, string>[]} other
   */
  const differences = (one, other) =>
    one.flatMap((style, at) =>
      Object.keys(style)
        .filter((name) => style[name] !== other[at]?.[name] && !name.startsWith("--"))
        .map((name) => `${style.element} ${name}: ${style[name]} / ${other[at]?.[name]}`),
    );

  test("of the page don't reach into the banner", async () => {
    /** @type {Record<string, string>[][]} */
    const seen = [];
    for (const text of ["", HOSTILE]) {
      await visiting(
        async ({ page, go }) => {
          await go(PAGES["a subdomain"]);
          // Screen readers are told of the banner a moment after it has come.
          await banner(page).status("arrived").waitFor();
          await page.evaluate(() => void (/** @type {any} */ (window).kelisim.open()));
          await banner(page).save.waitFor();
          // What has just appeared takes no pointer for a moment.
          await page.waitForFunction(
            () =>
              getComputedStyle(/** @type {Element} */ (document.querySelector("#cc-main form")))
                .pointerEvents === "auto",
          );
          seen.push(await looks(page, "kelisim-banner .dock"));
        },
        (context) =>
          context.addInitScript((rules) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(rules);
            document.adoptedStyleSheets = [sheet];
          }, text),
      );
    }
    assert.ok(seen[0].length > 40);
    assert.deepEqual(differences(seen[0], seen[1]).slice(0, 20), []);
  });

  test("and behaviour of the banner don't reach out", async () => {
    /** @type {Record<string, string>[][]} */
    const seen = [];
    await visiting(async ({ page, go }) => {
      for (const query of ["?plain", "?lang=en"]) {
        if (query === "?plain") await page.goto(PAGES["a subdomain"] + query);
        else {
          await go(PAGES["a subdomain"] + query);
          await banner(page).dialog.waitFor();
        }
        seen.push(await looks(page, "header, main"));
      }
      assert.ok(
        await page.locator("header [data-status]").isVisible(),
        "an attribute of the same name is the page's own",
      );
      await page.locator("header [data-role=close]").click();
      assert.ok(await banner(page).dialog.isVisible(), "a role of the page closes nothing");
      await page.evaluate(() => void (/** @type {any} */ (window).kelisim.open()));
      await page.locator("main input[name=analytics]").check();
      assert.ok(!(await banner(page).box("analytics").isChecked()));
    });
    assert.deepEqual(differences(seen[0], seen[1]).slice(0, 20), []);
  });
});
