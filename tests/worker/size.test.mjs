// How much is sent to the network for the worker, and what it reads at a cold start.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const build = path.join(import.meta.dirname, "../../edge-worker/build");

/**
 * The most bytes of the module, compressed. The smallest limit that the network has (3 MB on the
 * free plan) is far away; this bound is there to notice what makes it grow. The goal is 180,000.
 */
const PROMISED = 198_000;

test("the module is as small as promised, compressed", async (context) => {
  const wasm = await readFile(path.join(build, "index_bg.wasm"));
  const size = gzipSync(wasm, { level: 9 }).length;
  context.diagnostic(`index_bg.wasm: ${wasm.length} bytes, ${size} gzip; promised ${PROMISED}`);
  assert.ok(size <= PROMISED, `${size} bytes`);
});

test("the script around it is small", async (context) => {
  const size = gzipSync(await readFile(path.join(build, "index.js")), { level: 9 }).length;
  context.diagnostic(`index.js: ${size} gzip`);
  assert.ok(size <= 8_000, `${size} bytes`);
});
