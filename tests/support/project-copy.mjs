// A copy of the project in which tests can settle or reopen the open decisions of the sites'
// owners, so that deployments can be tested. No test may depend on which of them are settled in the
// repository.

import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** An id in the form of each vendor. */
const IDS = {
  "google-analytics-4": "G-TEST00000",
  "google-ads": "AW-123456789",
  "google-tag-manager": "GTM-TEST000",
  "yandex-metrica": "12345678",
  "meta-pixel": "123456789012345",
  "microsoft-uet": "12345678",
  "microsoft-clarity": "abcdefghij",
};

/** Values for the facts that are still empty in a draft. */
const FACTS = {
  number: "250440000004",
  email: "info@example.kz",
  phone: "+77000000000",
  kk: "Алматы, 1",
  ru: "Алматы, 1",
  en: "1, Almaty",
};

/** @param {string} file @param {(text: string) => string} change */
const edit = async (file, change) => writeFile(file, change(await readFile(file, "utf8")));

/**
 * The project in a folder of its own, with the prebuilt programs of a release archive and without
 * Rust sources.
 * @param {string} archive made by `cargo xtask package`
 */
export const copyProject = async (archive) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kelisim-project-"));
  for (const name of ["content", "wrangler.toml", "package.json", "xtask/local"])
    await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  execFileSync("tar", ["--extract", "--gzip", "--file", archive, "--directory", folder]);
  await mkdir(path.join(folder, "dist"), { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};

/** @param {string} folder of a project */
const sitesOf = async (folder) =>
  (await readdir(path.join(folder, "content"))).filter((name) => name.includes("."));

/**
 * Changes what the owner of a site has to decide, in every language.
 * @param {string} root of the site
 * @param {(text: string) => string} change
 */
const editReviews = async (root, change) => {
  for (const name of (await readdir(root)).filter((each) => each.startsWith("REVIEW.")))
    await edit(path.join(root, name), change);
};

/** Unticks every blocking decision. @param {string} folder of a project */
export const reopenDecisions = async (folder) => {
  for (const site of (await sitesOf(folder)).filter((name) => !name.endsWith(".toml"))) {
    await editReviews(path.join(folder, "content", site), (text) =>
      text.replaceAll("- [x] **", "- [ ] **"),
    );
  }
};

/**
 * Ticks every blocking decision, fills in empty values, and archives what is published then.
 * @param {string} folder of a project
 */
export const settleDecisions = async (folder) => {
  for (const site of (await sitesOf(folder)).filter((name) => !name.endsWith(".toml"))) {
    const root = path.join(folder, "content", site);
    await editReviews(root, (text) => text.replaceAll("- [ ] **", "- [x] **"));
    await edit(path.join(root, "services.toml"), (text) =>
      text
        .replace(
          /(kind = "([\w-]+)"\n(?:(?!\[\[service\]\])[\s\S])*?tag = )""/g,
          (all, before, kind) =>
            kind in IDS ? `${before}"${IDS[/** @type {keyof typeof IDS} */ (kind)]}"` : all,
        )
        // Services whose cookies are unknown are declared to set none.
        .replaceAll('cookies = "unknown"', 'cookies = "none"'),
    );
    await edit(path.join(root, "site.toml"), (text) =>
      text
        .replace(/^draft = true\n/m, "")
        .replace(
          /\b(\w+) = ""/g,
          (_, key) => `${key} = "${FACTS[/** @type {keyof typeof FACTS} */ (key)]}"`,
        ),
    );
  }
  execFileSync(path.join(folder, "prebuilt/site-builder"), ["archive"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
};
