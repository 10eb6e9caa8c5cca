// Makes the compiled worker smaller: `node optimize-wasm.mjs index_bg.wasm`.
//
// 1. The SDK exports classes of streams, containers and buckets that this worker never
//    instantiates. These exports are removed with the code that only they use.
// 2. Functions in the table of indirect calls survive that, called or not. Those that are never
//    called are replaced in the table, selected by name.
// 3. The optimiser runs again and removes the function names, a third of the file. Functions are
//    sorted by name first, so that similar ones are adjacent and compress better.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import binaryen from "binaryen";

/**
 * Exports of classes that only unused parts of the SDK instantiate. Tests of the built worker cover
 * the rest.
 */
const UNUSED = /intounderlying|containerstartupoptions|r2range|minifyconfig/;

/**
 * Functions in the table that are never called: code of those classes, and callbacks (JavaScript
 * calls them by export, never by table). Should one be called after all, its request ends in a
 * trap, and a test of the built worker fails.
 */
const UNCALLED = /wasm_streams|convert::closures::_::invoke/;
/** Replaces such a function in the table. */
const TRAP = "uncalled";

/**
 * The features that worker-build enables for wasm-opt, and SIMD; others might not be supported by
 * the runtime.
 */
const FEATURES = [
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "bulk-memory",
  "multivalue",
  "reference-types",
  "exception-handling",
  "simd",
].map((feature) => `--enable-${feature}`);

const tools = path.join(import.meta.dirname, "../../node_modules/.bin");

/** @param {string} tool @param {string[]} words */
const run = (tool, words) =>
  execFileSync(path.join(tools, tool), [...FEATURES, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });

/** Replaces the uncalled functions in the table by a trap. @param {string} file */
const clear = async (file) => {
  const module = binaryen.readBinary(await readFile(file));
  module.addFunction(TRAP, binaryen.none, binaryen.none, [], module.unreachable());
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, number) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(number)),
  );
  for (const { name, table, offset, data } of segments) {
    module.removeElementSegment(name);
    const called = data.map((name) => (UNCALLED.test(name) ? TRAP : name));
    module.addActiveElementSegment(table, name, called, offset);
  }
  // Keeps the names, by which wasm-opt sorts.
  binaryen.setDebugInfo(true);
  await writeFile(file, module.emitBinary());
};

/** @param {string} file */
const shrink = async (file) => {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(await readFile(file)));
  const kept = exported.map(({ name }) => name).filter((name) => !UNUSED.test(name));
  const nodes = kept.map((name, number) => ({ name: `export ${number}`, export: name }));
  const graph = [{ name: "outside", reaches: nodes.map(({ name }) => name), root: true }, ...nodes];
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-shrink-"));
  try {
    const graphFile = path.join(folder, "graph.json");
    const shaken = path.join(folder, "shaken.wasm");
    await writeFile(graphFile, JSON.stringify(graph));
    run("wasm-metadce", ["-g", file, `--graph-file=${graphFile}`, "-o", shaken]);
    await clear(shaken);
    const flags = [
      "-Oz",
      "--one-caller-inline-max-function-size=0",
      "--reorder-functions-by-name",
      "--strip-debug",
      "--strip-producers",
    ];
    run("wasm-opt", [shaken, ...flags, "-o", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

await shrink(process.argv[2]);
