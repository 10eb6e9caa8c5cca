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
 * Builds `cap.kz` with a changed register.
 * @param {(register: string) => string} change
 * @returns {Promise<{dist: string, remove: () => Promise<void>}>} where the site is
 */
export const buildWith = async (change) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-site-"));
  await cp(path.join(root, "content"), path.join(folder, "content"), { recursive: true });
  const register = path.join(folder, "content/cap.kz/services.toml");
  const before = await readFile(register, "utf8");
  const after = change(before);
  if (after === before) throw new Error("the register is as it was");
  await writeFile(register, after);
  const out = path.join(folder, "dist");
  const themes = path.join(root, "themes");
  await promisify(execFile)(builder(), ["build", "--site", "cap.kz", "--content", path.join(folder, "content"), "--themes", themes, "--out", out]);
  return { dist: path.join(out, "cap.kz"), remove: () => rm(folder, { recursive: true, force: true }) };
};
