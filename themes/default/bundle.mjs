/**
 * Makes `assets/` from `css/` and `js/`: `node themes/default/bundle.mjs`. With `--check` it writes nothing and fails
 * when what is in `assets/` isn't what the sources make. Its result is committed, so that a site can be built without Node.
 */
import { build } from "esbuild";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";

const theme = path.dirname(fileURLToPath(import.meta.url));
const target = ["es2022", "chrome109", "firefox115", "safari16"];

/** @param {import("esbuild").BuildOptions} options @returns {Promise<string>} */
const bundle = async (options) => {
  const result = await build({
    absWorkingDir: theme,
    bundle: true,
    minify: true,
    charset: "utf8",
    target,
    write: false,
    legalComments: "none",
    // The bytes depend on the sources alone, not on how their types are checked.
    tsconfigRaw: {},
    logLevel: "warning",
    ...options,
  });
  return result.outputFiles?.[0]?.text ?? "";
};

/** A style sheet with all it imports. @param {string} entry */
export const style = (entry) => bundle({ entryPoints: [entry] });

/** Every file of `assets/` that is made, with its text. @returns {Promise<Map<string, string>>} */
export const assets = async () => {
  const files = new Map();
  files.set("site.css", await style("css/site.css"));
  files.set("site.js", await bundle({ entryPoints: ["js/site.js"], format: "iife" }));
  for (const name of (await readdir(path.join(theme, "js/services"))).sort()) {
    files.set(`services/${name}`, await bundle({ entryPoints: [`js/services/${name}`], format: "esm" }));
  }
  return files;
};

/** Names of the files whose text in `assets/` differs from `made`. @param {Map<string, string>} made */
export const stale = async (made) => {
  const names = [];
  for (const [name, text] of made) {
    const present = await readFile(path.join(theme, "assets", name), "utf8").catch(() => "");
    if (present !== text) names.push(name);
  }
  return names;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await assets();
  if (process.argv.includes("--check")) {
    const names = await stale(made);
    if (names.length > 0) {
      console.error(`stale: ${names.join(", ")}\nhelp: run \`node themes/default/bundle.mjs\``);
      process.exitCode = 1;
    }
  } else {
    await mkdir(path.join(theme, "assets/services"), { recursive: true });
    for (const [name, text] of made) await writeFile(path.join(theme, "assets", name), text);
  }
}
