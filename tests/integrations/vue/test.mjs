// An app of Vue and its router that the browser alone renders.

import { integration } from "../harness.mjs";
import { installed } from "../install.mjs";

integration("Vue", { start: installed("vue"), hasMap: true });
