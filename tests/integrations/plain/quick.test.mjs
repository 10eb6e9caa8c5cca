// Pages of plain HTML.

import { fileURLToPath } from "node:url";
import { integration } from "../harness.mjs";
import { pagesOf } from "../static.mjs";

integration("plain HTML", {
  start: pagesOf(fileURLToPath(new URL(".", import.meta.url))),
  keepsWindow: false,
});
