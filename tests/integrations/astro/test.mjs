// Astro with its client router, which replaces the body on every navigation.

import { integration } from "../harness.mjs";
import { installed } from "../install.mjs";

integration("Astro", { start: installed("astro") });
