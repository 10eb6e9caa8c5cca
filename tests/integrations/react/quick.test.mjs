// A whole document that React 18 renders on the server, streams and hydrates.

import { fileURLToPath } from "node:url";
import { reactIntegration } from "./integration.mjs";

reactIntegration("18", fileURLToPath(new URL("../../../", import.meta.url)));
