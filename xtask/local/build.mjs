// Builds a site and the worker for a deployment: wrangler's `[build]` calls it. Where a release
// archive was unpacked into this folder, its site builder and its worker are used, and neither Rust
// nor a compiler is needed; otherwise `cargo xtask build` makes both.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./runtime.mjs";

/** The site builder of a release archive; docs/deploy.md, "Without Rust". */
const PREBUILT = path.join(
  "prebuilt",
  process.platform === "win32" ? "site-builder.exe" : "site-builder",
);

/** The compiled worker, from a release archive or a local build. */
const WORKER = path.join("edge-worker", "build", "index_bg.wasm");

/**
 * The command that builds, and what it is called with.
 * @param {string} site
 * @param {string} root folder of the project
 * @returns {[string, string[]]}
 */
export const commandOf = (site, root = ROOT) => {
  const guarded = ["build", "--site", site, "--deny", "drafts"];
  if (!existsSync(path.join(root, PREBUILT))) return ["cargo", ["xtask", ...guarded]];
  if (!existsSync(path.join(root, WORKER))) {
    throw new Error(
      `there is ${PREBUILT}, but no ${WORKER}\nhelp: unpack the whole release archive, or remove the folder prebuilt/ to compile`,
    );
  }
  return [path.join(root, PREBUILT), guarded];
};

const main = () => {
  // The caller has built already.
  if (process.env.KELISIM_BUILD === "skip") return 0;
  const { values } = parseArgs({ options: { site: { type: "string" } } });
  if (values.site === undefined) throw new Error("name the site: --site cap.kz");
  const [program, words] = commandOf(values.site);
  const { status, error } = spawnSync(program, words, { cwd: ROOT, stdio: "inherit" });
  if (error)
    throw new Error(
      `can't start ${program}: ${error.message}\nhelp: install Rust, or unpack a release archive (docs/deploy.md)`,
    );
  return status ?? 1;
};

if (process.argv[1] === import.meta.filename) {
  try {
    process.exitCode = main();
  } catch (error) {
    process.stderr.write(`error: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 1;
  }
}
