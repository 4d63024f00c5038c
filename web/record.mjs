// Records a hash of the sources beside the built files, so that a test without Node can tell whether they match.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(fileURLToPath(import.meta.url));
const built = join(web, "../src/immunoreset/app/static");
const SOURCES = ["index.html", "package-lock.json", "package.json", "public", "record.mjs", "src", "tsconfig.json", "vite.config.ts"];

function files(path) {
  try {
    return readdirSync(path).flatMap((name) => files(join(path, name)));
  } catch (error) {
    if (error.code !== "ENOTDIR") throw error;
    return [path];
  }
}

// Each line is "sha256  path", sorted by path; the hash of the lines stands for all files.
function listed(paths, root) {
  const lines = paths.map((path) => [relative(root, path).split(sep).join("/"), path]);
  lines.sort(([one], [other]) => (one < other ? -1 : 1));
  return lines.map(([name, path]) => `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${name}\n`).join("");
}

// The page of the equations travels with the pages.
copyFileSync(join(web, "../docs/model.md"), join(built, "model.md"));

const record = join(built, "built-from.json");
const sources = listed(SOURCES.flatMap((name) => files(join(web, name))), web);
const outputs = listed(files(built).filter((path) => path !== record), built);
const digest = (text) => createHash("sha256").update(text).digest("hex");
writeFileSync(record, `${JSON.stringify({ sources: digest(sources), built: digest(outputs) }, null, 2)}\n`);
