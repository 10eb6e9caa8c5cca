// SvelteKit: Svelte, rendered on the server and hydrated.

import { integration } from "../harness.mjs";
import { installed } from "../install.mjs";

integration("SvelteKit", { start: installed("sveltekit"), hasMap: true });
