// Pages with htmx whose links are boosted: it replaces what is in the body.

import { fileURLToPath } from "node:url";
import { integration } from "../harness.mjs";
import { pagesOf } from "../static.mjs";

for (const [version, script] of [
  ["2", "htmx-2/dist/htmx.js"],
  ["4", "htmx.org/dist/htmx.js"],
])
  integration(`htmx ${version}`, {
    start: pagesOf(fileURLToPath(new URL(".", import.meta.url)), { "/htmx.js": script }),
  });
