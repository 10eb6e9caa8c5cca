// Nuxt: Vue, rendered on the server and hydrated.

import { integration } from "../harness.mjs";
import { installed } from "../install.mjs";

integration("Nuxt", { start: installed("nuxt"), hasMap: true });
