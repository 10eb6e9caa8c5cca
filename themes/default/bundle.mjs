/**
 * Makes `assets/` from `css/` and `js/`: `node themes/default/bundle.mjs`. With `--check` it writes
 * nothing and fails when what is in `assets/` isn't what the sources make. Its result is committed,
 * so that a site can be built without Node.
 */

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

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

/**
 * Where the page's own root is meant, the part of the banner's style that pages of others need on
 * theirs.
 */
const ROOM = /:root:has\([^{]*\{[^}]*\}/;

/**
 * Declarations of a minified style sheet, all important, with lengths that no page can change by
 * its root's font size.
 * @param {string} text
 */
const harden = (text) =>
  text.replace(/\{([^{}]+)\}/g, (_, block) => {
    const declarations = block
      .split(";")
      .map((/** @type {string} */ one) =>
        one.replace(/(?<![\w.-])(\d*\.?\d+)rem\b/g, "calc($1*var(--kelisim-rem))"),
      );
    return `{${declarations.map((/** @type {string} */ one) => `${one}!important`).join(";")}}`;
  });

/** The style for pages of others; `css/embed.css` says what for. */
export const embeddedStyle = async () => {
  const [embed, tokens, banner] = await Promise.all(
    ["embed", "tokens", "banner"].map((name) =>
      readFile(path.join(theme, `css/${name}.css`), "utf8"),
    ),
  );
  const room = ROOM.exec(banner)?.[0];
  if (room === undefined || !tokens.includes(":root"))
    throw new Error(
      "css/banner.css or css/tokens.css has changed its form: css/embed.css is made of them",
    );
  const inside = `kelisim-banner, kelisim-hold { ${tokens.replaceAll(":root", "&")} } ${embed} kelisim-banner { ${banner.replace(room, "")} }`;
  const { code } = await transform(inside, { loader: "css", minify: true, target });
  const { code: outside } = await transform(room, { loader: "css", minify: true, target });
  const unit = '@property --kelisim-rem{syntax:"<length>";inherits:true;initial-value:16px}';
  return `${unit}@layer kelisim{${harden(code.trim())}}${outside.trim()}`;
};

/**
 * Leaves imports of these modules, which are bundles of their own, beside the loaders.
 * @param {string[]} names
 * @returns {import("esbuild").Plugin}
 */
const keepImports = (names) => ({
  name: "keep-imports",
  setup: (build) =>
    build.onResolve({ filter: /^\./ }, ({ path: imported, kind }) => {
      const name = path.basename(imported);
      return kind === "import-statement" && names.includes(name)
        ? { path: `./${name}`, external: true }
        : undefined;
    }),
});

/** Every file of `assets/` that is made, with its text. @returns {Promise<Map<string, string>>} */
export const assets = async () => {
  const files = new Map();
  files.set("site.css", await style("css/site.css"));
  files.set(
    "site.js",
    await bundle({ entryPoints: ["js/site.js"], format: "iife", define: { EMBEDDED: "false" } }),
  );
  const define = { EMBEDDED: "true", STYLE: JSON.stringify(await embeddedStyle()) };
  files.set("embed.js", await bundle({ entryPoints: ["js/embed.js"], format: "iife", define }));
  // Who is asked loads it as well; `embed.js` holds it.
  files.set(
    "dialog.js",
    await bundle({ entryPoints: ["js/dialog.js"], format: "esm", define: { EMBEDDED: "false" } }),
  );
  // The operator's page alone loads these.
  files.set("admin.css", await style("css/admin.css"));
  files.set("admin.js", await bundle({ entryPoints: ["js/admin/page.js"], format: "iife" }));
  // Loaders of services import these, so that a page loads them once.
  const shared = ["vendor.js", "google.js"];
  const entries = [
    ...shared.map((name) => `js/${name}`),
    ...(await readdir(path.join(theme, "js/services"))).map((name) => `js/services/${name}`),
  ];
  for (const entry of entries.sort()) {
    const options = { entryPoints: [entry], plugins: [keepImports(shared)] };
    files.set(`services/${path.basename(entry)}`, await bundle({ ...options, format: "esm" }));
  }
  return files;
};

/**
 * Names of the files whose text in `assets/` differs from `made`.
 * @param {Map<string, string>} made
 */
export const stale = async (made) => {
  const names = [];
  for (const [name, text] of made) {
    // A file that can't be read differs from any text.
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
