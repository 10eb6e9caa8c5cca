// Next.js with the app router.

import { integration } from "../harness.mjs";
import { installed } from "../install.mjs";

integration("Next.js", { start: installed("next"), hasMap: true, hydratesLate: true });
