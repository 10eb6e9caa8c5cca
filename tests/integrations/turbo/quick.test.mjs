// Pages with Turbo, which replaces the body on every visit.

import { fileURLToPath } from "node:url";
import { integration } from "../harness.mjs";
import { pagesOf } from "../static.mjs";

integration("Turbo", {
  start: pagesOf(fileURLToPath(new URL(".", import.meta.url)), {
    "/turbo.js": "@hotwired/turbo/dist/turbo.es2017-umd.js",
  }),
});
