// Builds again when a source changes. The runtime notices the new pages and the new worker by itself; a build that fails says why and
// leaves the old ones in place.

import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import path from "node:path";
import { ROOT } from "./runtime.mjs";

/** Folders that pages and worker are made from. */
const SOURCES = ["content", "themes", "domain/src", "edge-worker/src", "site-builder/src"];

/** Editors write a file in several steps; a build waits until they are through. */
const QUIET_MS = 100;

/**
 * Watches the sources as long as the process lives.
 * @param {string} site
 */
export const rebuildOnChange = (site) => {
  let running = false;
  let again = false;
  /** @type {NodeJS.Timeout | undefined} */
  let waiting;

  const build = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    const start = Date.now();
    const child = spawn("cargo", ["xtask", "build", "--site", site], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => process.stderr.write(`error: can't start cargo: ${error.message}\n`));
    child.on("close", (code) => {
      running = false;
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      process.stdout.write(code === 0 ? `rebuilt in ${seconds} s\n` : "not rebuilt; the pages are as they were\n");
      if (again) {
        again = false;
        build();
      }
    });
  };

  for (const folder of SOURCES.map((name) => path.join(ROOT, name)).filter((name) => existsSync(name))) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(waiting);
      waiting = setTimeout(build, QUIET_MS);
    });
  }
};
