// Builds a site for a test from a changed copy of its content.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The builder, where `cargo xtask build` puts it. */
export const builder = () => {
  const file = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug/site-builder");
  if (!existsSync(file)) throw new Error("there is no site builder: run `cargo xtask build`");
  return file;
};

/**
 * Removes the site's overrides of the default regime, so that visitors from the United States have
 * the regime `opt_out`.
 * @param {string} settings
 */
export const withoutRegimes = (settings) => settings.replace(/^\[regimes\..*\n(?:\w.*\n)+/gm, "");

/**
 * Builds `cap.kz` from changed files of its content.
 * @param {Record<string, (text: string) => string>} changes by the name of the file
 * @returns {Promise<{dist: string, remove: () => Promise<void>}>} where the site is
 */
export const buildWith = async (changes) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-site-"));
  await cp(path.join(root, "content"), path.join(folder, "content"), { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    const file = path.join(folder, "content/cap.kz", name);
    const before = await readFile(file, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${name} is as it was`);
    await writeFile(file, after);
  }
  const out = path.join(folder, "dist");
  const themes = path.join(root, "themes");
  await promisify(execFile)(builder(), [
    "build",
    "--site",
    "cap.kz",
    "--content",
    path.join(folder, "content"),
    "--themes",
    themes,
    "--out",
    out,
  ]);
  return {
    dist: path.join(out, "cap.kz"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
