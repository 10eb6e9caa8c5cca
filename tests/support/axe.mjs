// axe, the checker of accessibility rules, in a page of any engine.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const script = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/**
 * The rules of WCAG 2.2 AA and axe's best practices that a page breaks, an element a line.
 * @param {{evaluate: (script: any) => Promise<any>}} page of Playwright or Puppeteer
 * @returns {Promise<string[]>}
 */
export const violations = async (page) => {
  await page.evaluate(`${script};0`);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await /** @type {any} */ (window).axe.run(document, {
      runOnly: { type: "tag", values: tags },
    });
    return result.violations.flatMap((/** @type {any} */ rule) =>
      rule.nodes.map((/** @type {any} */ node) => `${rule.id}: ${node.html.slice(0, 160)}`),
    );
  });
};
