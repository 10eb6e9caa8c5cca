// The schemas of docs/schemas/ against what is really written: the sites' own files, what they are
// built into, and what the worker answers.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { parse, TomlDate } from "smol-toml";
import { acceptAll, post, startSite } from "./worker/site.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** @param {string} file */
const read = (file) => readFileSync(path.join(ROOT, file), "utf8");

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  formats: { uint32: true, uint64: true },
});
addFormats.default(ajv, ["date"]);

/** @param {string} name */
const schema = (name) => ajv.compile(JSON.parse(read(`docs/schemas/${name}.json`)));

/**
 * What a schema has against a value.
 * @param {import("ajv").ValidateFunction} validate
 * @param {unknown} value
 */
const against = (validate, value) =>
  validate(value)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      );

/** TOML as an editor hands it to a schema: days are texts. @param {string} text */
const toml = (text) =>
  JSON.parse(
    JSON.stringify(parse(text), (_, value) =>
      value instanceof TomlDate ? value.toISOString() : value,
    ),
  );

const sites = readdirSync(path.join(ROOT, "content"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const built = sites.filter((name) => !name.startsWith("_"));

test("theme.toml of a theme and of an overlay fit their schema", () => {
  const validate = schema("theme");
  for (const folder of ["themes/default", "tests/themes/rose"])
    assert.deepEqual(against(validate, toml(read(`${folder}/theme.toml`))), [], folder);
  assert.notDeepEqual(against(validate, { base: 1 }), []);
});

test("site.toml, services.toml and the front matter of every edition fit their schemas", () => {
  const front = schema("front-matter");
  for (const site of sites) {
    for (const name of ["site", "services"]) {
      const text = read(`content/${site}/${name}.toml`);
      assert.equal(
        text.split("\n", 1)[0],
        `#:schema ../../docs/schemas/${name}.json`,
        "the first line tells editors the schema",
      );
      assert.deepEqual(
        against(ajv.getSchema(name) ?? schema(name), toml(text)),
        [],
        `${site}/${name}.toml`,
      );
    }
    const editions = readdirSync(path.join(ROOT, "content", site), {
      recursive: true,
      encoding: "utf8",
    }).filter((name) => /\d\.md$/.test(name));
    assert.ok(editions.length > 0);
    for (const edition of editions) {
      const [, lines] =
        /^\+\+\+\n([\s\S]*?)\+\+\+\n/.exec(read(`content/${site}/${edition}`)) ?? [];
      assert.deepEqual(against(front, toml(lines ?? "")), [], `${site}/${edition}`);
    }
  }
});

test("a slip in site.toml or services.toml is shown in the editor", () => {
  /** @type {[string, string, string, string][]} */
  const slips = [
    ["site", "host = ", "hots = ", "hots"],
    ["site", '"kk", "ru"', '"KK", "ru"', "/locales/0"],
    ["site", "date = 2013-05-21", "date = true", "/law/personal_data/date"],
    ["services", 'kind = "google-ads"', 'kind = "google-adds"', "/kind"],
    ["services", "days = 400", 'days = "400"', "/days"],
    ["services", 'category = "analytics"', 'category = "statistics"', "/category"],
  ];
  for (const [name, from, to, place] of slips) {
    const text = read(`content/_kz/${name}.toml`);
    assert.ok(text.includes(from), from);
    const told = against(schema(name), toml(text.replace(from, to))).join("\n");
    assert.ok(told.includes(place), `${to}: ${told}`);
  }
});

test("what a site publishes for machines fits its schemas", () => {
  for (const site of built) {
    for (const name of ["manifest", "register", "policies"]) {
      assert.deepEqual(
        against(schema(name), JSON.parse(read(`dist/${site}/${name}.json`))),
        [],
        `${site}/${name}.json`,
      );
    }
  }
  const manifest = JSON.parse(read(`dist/${built[0]}/manifest.json`));
  assert.notDeepEqual(against(schema("manifest"), { ...manifest, visitors: 1 }), []);
});

/** @type {import("./worker/site.mjs").Site} */
let site;
before(async () => (site = await startSite()));
after(() => site.stop());

test("what the worker answers and exports fits the schemas of receipt and record", async () => {
  const receipt = schema("receipt");
  const record = schema("record");
  for (const country of ["DE", "KZ", null]) {
    const answer = await (await post(site, acceptAll(), { cf: { country } })).json();
    assert.deepEqual(against(receipt, answer), []);
    assert.deepEqual(against(record, answer.record), []);
    assert.notDeepEqual(against(record, { ...answer.record, address: "192.0.2.1" }), []);
  }
  const lines = (await (await site.ask("/api/consent/export", { headers: site.admin })).text())
    .trim()
    .split("\n");
  const records = lines.slice(1).map((line) => JSON.parse(line));
  assert.equal(records.length, 3);
  for (const exported of records) assert.deepEqual(against(record, exported), []);
});
