// Builds a site for a test from a changed copy of its content.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** @param {string} name @param {string} command what makes it */
const program = (name, command) => {
  const file = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug", name);
  if (!existsSync(file)) throw new Error(`there is no ${name}: run \`${command}\``);
  return file;
};

/** The builder, where `cargo xtask build` puts it. */
export const builder = () => program("site-builder", "cargo xtask build");

/** The verifier, which the tests of its crate need too. */
export const verifier = () => program("verifier", "cargo build --package verifier");

/**
 * Removes the site's overrides of the default regime, so that visitors from the United States have
 * the regime `opt_out`.
 * @param {string} settings
 */
export const withoutRegimes = (settings) => settings.replace(/^\[regimes\..*\n(?:\w.*\n)+/gm, "");

/** An owner's five lines, with the pictures of `brand/` beside this file. */
export const BRAND = `[brand]
logo = "logo.svg"
icon = "icon.svg"
share_image = "share.png"
accent = "#7a1f5c"
home = "https://www.cap.kz/"
`;

/** @param {string} settings @param {string} [brand] */
export const withBrand = (settings, brand = BRAND) =>
  settings.replace("\n[operator]\n", `\n${brand}\n[operator]\n`);

/** @param {string} theme @returns {(settings: string) => string} */
export const inTheme = (theme) => (settings) =>
  settings.replace('theme = "default"', `theme = "${theme}"`);

/**
 * Builds `cap.kz` from changed files of its content.
 * @param {Record<string, (text: string) => string>} changes by the name of the file
 * @param {{hasPictures?: boolean, overlay?: string}} [more] whether the site has the pictures of
 *   `BRAND`, and a theme of `tests/themes` on top of the default one
 * @returns {Promise<{dist: string, remove: () => Promise<void>}>} where the site is
 */
export const buildWith = async (changes, { hasPictures = false, overlay } = {}) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-site-"));
  await cp(path.join(root, "content"), path.join(folder, "content"), { recursive: true });
  if (hasPictures)
    await cp(path.join(root, "tests/support/brand"), path.join(folder, "content/cap.kz/brand"), {
      recursive: true,
    });
  let themes = path.join(root, "themes");
  if (overlay) {
    await cp(themes, path.join(folder, "themes"), { recursive: true });
    themes = path.join(folder, "themes");
    await cp(path.join(root, "tests/themes", overlay), path.join(themes, overlay), {
      recursive: true,
    });
  }
  for (const [name, change] of Object.entries(changes)) {
    const file = path.join(folder, "content/cap.kz", name);
    const before = await readFile(file, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${name} is as it was`);
    await writeFile(file, after);
  }
  const out = path.join(folder, "dist");
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
