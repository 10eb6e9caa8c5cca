// Builds again when a source changes. The runtime notices new pages by itself, for a new worker it is started again. A build that fails
// says why and leaves everything as it was.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, watch } from "node:fs";
import path from "node:path";
import { ROOT } from "./runtime.mjs";

/** Folders that pages and worker are made from. */
const SOURCES = ["content", "themes", "domain/src", "edge-worker/src", "importer/src", "site-builder/src"];

/** Editors write a file in several steps; a build waits until they are through. */
const QUIET_MS = 100;

/** Changes when the worker has been built anew. */
const WORKER_STAMP = path.join(ROOT, ".tools/stamps/worker");

/**
 * Watches the sources as long as the process lives.
 * @param {string} site
 * @param {() => Promise<void>} restart starts the runtime again
 */
export const rebuildOnChange = (site, restart) => {
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
    const worker = readFileSync(WORKER_STAMP, "utf8");
    const child = spawn("cargo", ["xtask", "build", "--site", site], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => process.stderr.write(`error: can't start cargo: ${error.message}\n`));
    child.on("close", async (code) => {
      if (readFileSync(WORKER_STAMP, "utf8") !== worker) await restart();
      running = false;
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      process.stdout.write(code === 0 ? `rebuilt in ${seconds} s\n` : "not rebuilt; the pages are as they were\n");
      if (again) {
        again = false;
        build();
      }
    });
  };

  watchFolders(SOURCES.map((name) => path.join(ROOT, name)), () => {
    clearTimeout(waiting);
    waiting = setTimeout(build, QUIET_MS);
  });
};

/**
 * Calls back at every change below some folders. One watch per folder: Node's own recursive watch loses a file that an editor replaces.
 * @param {string[]} roots
 * @param {() => void} changed
 */
const watchFolders = (roots, changed) => {
  const watched = new Set();
  const look = () => {
    for (const folder of roots.flatMap(foldersBelow)) {
      if (watched.has(folder)) continue;
      watched.add(folder);
      const watcher = watch(folder, () => {
        look();
        changed();
      });
      watcher.on("error", () => {
        watcher.close();
        watched.delete(folder);
      });
    }
  };
  look();
};

/**
 * A folder and those in it; nothing when it is not there.
 * @param {string} folder
 * @returns {string[]}
 */
const foldersBelow = (folder) => {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inside.map((entry) => path.join(entry.parentPath, entry.name))];
};
