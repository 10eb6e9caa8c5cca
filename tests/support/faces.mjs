// Faces that have certain letters alone, and a browser on a machine that has certain faces alone:
// so a test knows which face each letter can be in, whatever is installed.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { launchOptions } from "./browser.mjs";

/**
 * Code points of a regular expression's characters, in groups of neighbours.
 * @param {RegExp} letters of one character
 * @returns {[number, number][]}
 */
const ranges = (letters) => {
  /** @type {[number, number][]} */
  const found = [];
  for (let code = 0x20; code <= 0xffff; code += 1) {
    if (!letters.test(String.fromCharCode(code))) continue;
    const last = found.at(-1);
    if (last?.[1] === code - 1) last[1] = code;
    else found.push([code, code]);
  }
  return found;
};

/** @param {number[]} numbers */
const u16 = (...numbers) => Buffer.from(Uint16Array.from(numbers).buffer).swap16();
/** @param {number[]} numbers */
const u32 = (...numbers) => Buffer.from(Uint32Array.from(numbers).buffer).swap32();

/** Names of a face, for Windows in English. @param {Record<number, string>} names by their ids */
const nameTable = (names) => {
  const strings = Object.entries(names).map(
    ([id, text]) => /** @type {const} */ ([Number(id), Buffer.from(text, "utf16le").swap16()]),
  );
  let offset = 0;
  const records = strings.map(([id, text]) => {
    const record = u16(3, 1, 0x409, id, text.length, offset);
    offset += text.length;
    return record;
  });
  const head = u16(0, strings.length, 6 + 12 * strings.length);
  return Buffer.concat([head, ...records, ...strings.map(([, text]) => text)]);
};

/**
 * A TrueType face of which every letter is the same box.
 * @param {string} family
 * @param {RegExp} letters which characters it has, as an expression of one
 */
export const face = (family, letters) => {
  const groups = ranges(letters);
  const cmap = Buffer.concat([
    u16(0, 1, 3, 10),
    u32(12),
    u16(12, 0),
    u32(16 + 12 * groups.length, 0, groups.length),
    // Format 12 counts glyphs up within a group; so there are as many boxes as characters.
    ...groups.reduce(
      ({ parts, next }, [first, last]) => ({
        parts: [...parts, u32(first, last, next)],
        next: next + last - first + 1,
      }),
      { parts: /** @type {Buffer[]} */ ([]), next: 1 },
    ).parts,
  ]);
  const count = groups.reduce((sum, [first, last]) => sum + last - first + 1, 1);
  // One contour of four points on the curve.
  const box = Buffer.concat([
    u16(1, 50, 0, 550, 700, 3, 0),
    Buffer.from([1, 1, 1, 1]),
    u16(50, 500, 0, 0x10000 - 500),
    u16(0, 0, 700, 0),
  ]);
  const lines = [800, 0x10000 - 200];
  const tables = {
    "OS/2": Buffer.concat([
      u16(4, 600, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
      Buffer.alloc(10),
      u32(0, 0, 0, 0),
      Buffer.from("test"),
      u16(0x40, 0x20, 0xffff, ...lines, 0, 800, 200),
      u32(0, 0),
      u16(500, 700, 0, 0x20, 1),
    ]),
    cmap,
    glyf: box,
    head: Buffer.concat([
      u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      u16(3, 1000),
      Buffer.alloc(16),
      u16(0, 0, 600, 800, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      u32(0x10000),
      u16(...lines, 0, 600, 0, 0, 600, 1, 0, 0, 0, 0, 0, 0, 0, 1),
    ]),
    hmtx: Buffer.concat([u16(600, 50), Buffer.alloc(2 * (count - 1))]),
    // All glyphs are at the same place.
    loca: Buffer.alloc(4 * (count + 1)),
    maxp: Buffer.concat([u32(0x10000), u16(count, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: nameTable({ 1: family, 2: "Regular", 4: family, 6: family.replaceAll(" ", "") }),
    post: Buffer.concat([u32(0x30000), Buffer.alloc(28)]),
  };
  const names = Object.keys(tables);
  let offset = 12 + 16 * names.length;
  const parts = Object.entries(tables).map(([name, table]) => {
    const entry = Buffer.concat([Buffer.from(name), u32(0, offset, table.length)]);
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    offset += padded.length;
    return { entry, padded };
  });
  return Buffer.concat([
    u32(0x10000),
    u16(names.length, 128, 3, 16 * names.length - 128),
    ...parts.map(({ entry }) => entry),
    ...parts.map(({ padded }) => padded),
  ]);
};

/**
 * Fontconfig's rules: nothing but the faces of a folder, and which of them stands for a name.
 * @param {string} folder
 * @param {Record<string, string>} aliases
 */
const rules = (folder, aliases) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${folder}</dir>
<cachedir>${folder}/cache</cachedir>
${Object.entries(aliases)
  .map(
    ([name, family]) =>
      `<alias binding="same"><family>${name}</family><prefer><family>${family}</family></prefer></alias>`,
  )
  .join("\n")}
</fontconfig>
`;

/**
 * @typedef {object} Machine
 * @property {Record<string, RegExp>} faces by their family: which characters they have
 * @property {Record<string, string>} aliases by the name that is asked for: the family that the
 *   system gives for it
 */

/**
 * Starts a browser that sees the faces of a machine alone. Only where browsers find faces by
 * fontconfig, as on Linux.
 * @param {Machine} machine
 * @returns {Promise<import("playwright-core").Browser>} its `close` also removes the faces
 */
export const launchWithFaces = async ({ faces, aliases }) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-faces-"));
  await mkdir(path.join(folder, "cache"));
  for (const [family, letters] of Object.entries(faces))
    await writeFile(path.join(folder, `${family}.ttf`), face(family, letters));
  const file = path.join(folder, "fonts.conf");
  await writeFile(file, rules(folder, aliases));
  const env = { .../** @type {Record<string, string>} */ (process.env), FONTCONFIG_FILE: file };
  const browser = await chromium.launch({ ...launchOptions, env });
  const close = browser.close.bind(browser);
  browser.close = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return browser;
};

/**
 * Whether the machine has a face for a script. Where it has none, all letters look the same.
 * @param {import("playwright-core").Page} page
 * @param {string} two different letters
 */
export const hasFaceFor = (page, two) =>
  page.evaluate((letters) => {
    const [one, other] = [...letters].map((letter) => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      if (context) context.font = "40px sans-serif";
      context?.fillText(letter, 50, 100);
      return canvas.toDataURL();
    });
    return one !== other;
  }, two);

/**
 * The families of the letters of each word that a selector's elements show.
 * @param {import("playwright-core").Page} page
 * @param {string} selector
 * @returns {Promise<{word: string, families: string[]}[]>}
 */
export const facesOfWords = async (page, selector) => {
  // In Chinese quotation marks belong to the words: they are as wide.
  const words = await page.evaluate((chosen) => {
    const word = /[“‘]?\p{Script=Han}+[”’]?|[[\p{L}\p{M}]--\p{Script=Han}]+/gv;
    /** @type {string[]} */
    const found = [];
    for (const element of document.querySelectorAll(chosen)) {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      /** @type {Text[]} */
      const list = [];
      while (texts.nextNode()) list.push(/** @type {Text} */ (texts.currentNode));
      for (const text of list) {
        if (text.parentElement?.closest("[data-word]") || !text.parentElement?.checkVisibility())
          continue;
        const parts = document.createDocumentFragment();
        let end = 0;
        for (const { 0: letters, index } of text.data.matchAll(word)) {
          const span = document.createElement("span");
          span.dataset.word = letters;
          span.append(letters);
          parts.append(text.data.slice(end, index), span);
          found.push(letters);
          end = index + letters.length;
        }
        parts.append(text.data.slice(end));
        text.replaceWith(parts);
      }
    }
    return found;
  }, selector);
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: 0 });
  const { nodeIds } = await session.send("DOM.querySelectorAll", {
    nodeId: root.nodeId,
    selector: "[data-word]",
  });
  if (nodeIds.length !== words.length) throw new Error("words were lost");
  return Promise.all(
    nodeIds.map(async (nodeId) => {
      const { attributes } = await session.send("DOM.getAttributes", { nodeId });
      const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
      return {
        word: attributes[attributes.indexOf("data-word") + 1],
        families: fonts.map(({ familyName }) => familyName),
      };
    }),
  );
};
