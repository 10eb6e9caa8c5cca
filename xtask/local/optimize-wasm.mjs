// Makes the compiled worker smaller: `node optimize-wasm.mjs index_bg.wasm`.
//
// 1. The SDK exports classes of streams, containers and buckets that this worker never makes.
//    Without these exports what they need goes too.
// 2. Not all of it: functions that the table of callable ones holds stay, called or not. Those that
//    nobody can call leave the table by name.
// 3. The optimiser runs again, and names of functions go, a third of the file. Functions are sorted
//    by name first, because alike ones then stand together and compress better.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import binaryen from "binaryen";

/**
 * Exports of classes that only the SDK's unused parts make. A test of the built worker uses
 * everything else.
 */
const UNUSED = /intounderlying|containerstartupoptions|r2range|minifyconfig/;

/**
 * What the table holds and nobody calls: the work of those classes, and callbacks (JavaScript calls
 * them by export, never by table). Should one be called after all, its request ends in a trap, and
 * a test of the built worker fails.
 */
const UNCALLED = /wasm_streams|convert::closures::_::invoke/;
/** Stands in its place. */
const TRAP = "uncalled";

/** What worker-build hands to wasm-opt: no encoding that the runtime might not know. */
const FEATURES = [
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "bulk-memory",
  "multivalue",
  "reference-types",
  "exception-handling",
].map((feature) => `--enable-${feature}`);

const tools = path.join(import.meta.dirname, "../../node_modules/.bin");

/** @param {string} tool @param {string[]} words */
const run = (tool, words) =>
  execFileSync(path.join(tools, tool), [...FEATURES, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });

/** Takes the uncalled functions out of the table. @param {string} file */
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
  // With the names, which the sorting needs.
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
