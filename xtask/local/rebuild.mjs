// Rebuilds when a source changes, and notifies open pages.
//
// 1. Content, templates and strings: the site builder watches them itself and keeps the parsed site
//    in memory (`site-builder build --watch`).
// 2. A theme's `css/` and `js/` are bundled; the site builder of 1 notices the new bundles.
// 3. Rust is compiled. The runtime notices new pages by itself. It is restarted when the worker has
//    changed; the watching site builder is restarted when it has changed itself.
//
// A build that fails prints its errors and changes nothing.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, watch } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./runtime.mjs";

/** Sources of the crates that are compiled. */
const RUST = ["domain/src", "edge-worker/src", "importer/src", "site-builder/src", "verifier/src"];

/** Editors write a file in several steps; compilation starts after this time without a change. */
const QUIET_MS = 100;

/** As `QUIET_MS`, for the bundler, which is fast. */
const BUNDLE_QUIET_MS = 20;

/** A file whose content changes when the worker is rebuilt. */
const WORKER_STAMP = path.join(ROOT, ".tools/stamps/worker");

/** The site builder as `cargo xtask build` compiles it. */
export const BUILDER = path.join(
  process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target"),
  "debug/site-builder",
);

/**
 * @typedef {object} Event what the site builder prints after each build
 * @property {"built" | "failed"} event
 * @property {number} milliseconds
 * @property {number} written
 * @property {number} deleted
 * @property {string} report
 */

/**
 * Starts the site builder with `--watch`. It ends when its standard input closes, which happens
 * when this process ends.
 * @param {object} options
 * @param {string} options.site
 * @param {string} [options.cwd] folder with `content/`, `themes/` and `dist/`
 * @param {(event: Event) => void} options.onBuild called after each build
 * @returns {{ stop: () => void }}
 */
export const watchSite = ({ site, cwd = ROOT, onBuild }) => {
  const child = spawn(BUILDER, ["build", "--site", site, "--watch", "--format", "json"], {
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.on("error", (error) =>
    process.stderr.write(`error: can't start ${BUILDER}: ${error.message}\n`),
  );
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line);
    // Lines without `event` are single diagnostics; the event's report contains them all as text.
    if (event.event !== undefined) onBuild(event);
  });
  return { stop: () => child.kill() };
};

/**
 * Watches the sources as long as the process lives.
 * @param {object} options
 * @param {string} options.site
 * @param {import("./live-reload.mjs").LiveReload} options.live notifies open pages
 * @param {() => Promise<void>} options.restart restarts the runtime
 * @param {(text: string) => void} options.say
 */
export const rebuildOnChange = ({ site, live, restart, say }) => {
  /** @param {Event} event */
  const onBuild = ({ event, milliseconds, written, deleted, report }) => {
    if (event === "failed") {
      say(`${report}not rebuilt; the pages are as they were`);
      live.failed(report);
      return;
    }
    say(`rebuilt in ${milliseconds} ms: ${written} files written, ${deleted} deleted`);
    live.built();
  };
  let builder = watchSite({ site, onBuild });

  for (const theme of readdirSync(path.join(ROOT, "themes"))) {
    const folder = path.join(ROOT, "themes", theme);
    if (!existsSync(path.join(folder, "bundle.mjs"))) continue;
    const bundle = onceAtATime(
      () => run(process.execPath, [path.join(folder, "bundle.mjs")]),
      live.failed,
    );
    watchFolders(
      [path.join(folder, "css"), path.join(folder, "js")],
      afterQuiet(bundle, BUNDLE_QUIET_MS),
    );
  }

  const compile = async () => {
    const before = {
      worker: readFileSync(WORKER_STAMP, "utf8"),
      builder: statSync(BUILDER).mtimeMs,
    };
    const failure = await run("cargo", ["xtask", "build", "--site", site]);
    if (failure !== "") return failure;
    if (statSync(BUILDER).mtimeMs !== before.builder) {
      builder.stop();
      builder = watchSite({ site, onBuild });
    }
    if (readFileSync(WORKER_STAMP, "utf8") !== before.worker) {
      await restart();
      say("the worker is new");
      live.built();
    }
    return "";
  };
  watchFolders(
    RUST.map((name) => path.join(ROOT, name)),
    afterQuiet(onceAtATime(compile, live.failed), QUIET_MS),
  );
};

/**
 * Runs a program whose output the user sees.
 * @param {string} program
 * @param {string[]} words
 * @returns {Promise<string>} its error output when it failed; empty otherwise
 */
const run = (program, words) =>
  new Promise((resolve) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: ["ignore", "inherit", "pipe"] });
    let printed = "";
    child.stderr.on("data", (chunk) => {
      process.stderr.write(chunk);
      printed += chunk;
    });
    child.on("error", (error) => resolve(`can't start ${program}: ${error.message}`));
    child.on("close", (code) => resolve(code === 0 ? "" : printed));
  });

/**
 * A function that never runs its step concurrently: calls while it runs make it run once more.
 * @param {() => Promise<string>} step
 * @param {(report: string) => void} failed
 * @returns {() => Promise<void>}
 */
const onceAtATime = (step, failed) => {
  let running = false;
  let again = false;
  const start = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    const failure = await step();
    running = false;
    if (failure !== "") failed(failure);
    if (again) {
      again = false;
      await start();
    }
  };
  return start;
};

/**
 * @param {() => void} step
 * @param {number} quiet how long nothing must have happened, in milliseconds
 */
const afterQuiet = (step, quiet) => {
  /** @type {NodeJS.Timeout | undefined} */
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(step, quiet);
  };
};

/**
 * Calls `changed` at every change below some folders. One watcher per folder, because Node's
 * recursive watcher loses a file that an editor replaces.
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
 * A folder and all folders below it; an empty list if it does not exist.
 * @param {string} folder
 * @returns {string[]}
 */
const foldersBelow = (folder) => {
  if (!existsSync(folder)) return [];
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return [folder, ...inside.map((entry) => path.join(entry.parentPath, entry.name))];
};
