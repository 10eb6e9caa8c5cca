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

/** The element that holds the banner. */
const ELEMENT = "kelisim-banner";

/** The length that `rem` stands for in our elements; `js/element.js` sets it. */
const REM = "--kelisim-rem";

/**
 * The tokens of the banner, which are the dark ones where the page is dark, whatever the system is:
 * `js/element.js` says so.
 * @param {string} text
 * @param {string} element
 */
const ownTokens = (text, element) =>
  text
    .replace(
      /@media \(prefers-color-scheme: dark\) \{\s*:root (\{[^}]*\})\s*\}/,
      ':root[data-scheme="dark"] $1',
    )
    .replaceAll(":root", element);

/**
 * Declarations of a minified style sheet, all important, with lengths that no page can change by
 * its root's font size.
 * @param {string} text
 */
const harden = (text) =>
  text.replace(/\{([^{}]+)\}/g, (_, block) => {
    const declarations = block
      .split(";")
      // Inline declarations refer to these, which no layer of the page overrides.
      .flatMap((/** @type {string} */ one) =>
        /^(display|pointer-events):/.test(one) ? [one, `--kelisim-${one}`] : one,
      )
      .map((/** @type {string} */ one) =>
        one
          .replace(/(?<![\w.-])(-?\d*\.?\d+)rem\b/g, `calc($1*var(${REM}))`)
          // Values of custom properties aren't minified.
          .replace(/([:,])\s+/g, "$1"),
      );
    return `{${declarations.map((/** @type {string} */ one) => `${one}!important`).join(";")}}`;
  });

/**
 * Custom properties that nothing uses are left out: the tokens are those of the whole theme.
 * @param {string} text
 * @param {string} [more] that uses them, too
 */
const withoutUnused = (text, more = "") => {
  /** @type {string} */
  let before;
  do {
    before = text;
    text = text.replace(/\s*(--(?!kelisim-)[\w-]+):[^;{}]+;/g, (declaration, name) =>
      (before + more).includes(`var(${name})`) ? declaration : "",
    );
  } while (text !== before);
  return text;
};

/** @param {string} name of a style sheet in `css/` @returns {Promise<string>} without comments */
const read = async (name) =>
  (await readFile(path.join(theme, `css/${name}.css`), "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");

/** @param {...string} names of style sheets in `css/` */
const ofElement = async (...names) => {
  const texts = (await Promise.all(names.map(read))).map((text) =>
    text.replaceAll(":host", ELEMENT),
  );
  return texts.map((text) => (text.includes(ELEMENT) ? text : `${ELEMENT} { ${text} }`)).join("\n");
};

/** @param {string} text */
const hardened = async (text) => {
  const { code } = await transform(text, { loader: "css", minify: true, target });
  return `@layer kelisim{${harden(code.trim())}}`;
};

/**
 * The first layer's style on pages of others; `css/reset.css` and `css/embed.css` say what for. The
 * tokens of the second layer are in it, too: to change those of the element would cost a new style
 * for everything in it.
 */
export const bannerStyle = async () => {
  const first = `${ownTokens(await read("tokens"), ELEMENT)}\n${await ofElement("reset", "embed", "banner")}`;
  return hardened(withoutUnused(first, await ofElement("settings")));
};

/** The style that the second layer adds to it. */
export const dialogStyle = async () => hardened(await ofElement("settings"));

/**
 * The style of what stands for markup that waits. It is in documents and shadow roots of its own, so
 * nothing has to be made safe.
 */
export const holdStyle = async () => {
  const [tokens, hold] = await Promise.all(["tokens", "hold"].map(read));
  const bare = `${tokens.replaceAll(":root", ".hold")}\n${hold}`;
  const { code } = await transform(withoutUnused(bare), { loader: "css", minify: true, target });
  return code.trim();
};

/** The parts of the script, each a module, with the style that it brings. */
const PARTS = {
  page: undefined,
  surroundings: undefined,
  frames: undefined,
  consult: undefined,
  question: bannerStyle,
  dialog: dialogStyle,
  markup: holdStyle,
  cleanup: undefined,
  reopen: undefined,
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
  files.set("embed.js", await bundle({ entryPoints: ["js/embed.js"], format: "iife" }));
  for (const [name, style] of Object.entries(PARTS))
    files.set(
      `${name}.js`,
      await bundle({
        entryPoints: [`js/${name}.js`],
        format: "esm",
        define: { STYLE: JSON.stringify(await style?.()) ?? '""' },
      }),
    );
  // Pages name it too, as a script, which has no exports.
  files.set("shims.js", await bundle({ entryPoints: ["js/shims.js"], format: "iife" }));
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
