// Assemble static/vendor from node_modules: `node build.mjs <node_modules> <out> <icon,icon,…>`.
// Called by build.py only, after `npm ci`; writes nothing outside <out>.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [modules, out, iconList] = process.argv.slice(2);
const manifest = {};
mkdirSync(join(out, "fonts"), { recursive: true });
mkdirSync(join(out, "swagger"), { recursive: true });

const read = (...path) => readFileSync(join(modules, ...path));
const fingerprint = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);

function put(name, extension, bytes, folder = "") {
  const path = join(folder, `${name}.${fingerprint(bytes)}.${extension}`);
  writeFileSync(join(out, path), bytes);
  manifest[join(folder, `${name}.${extension}`)] = path;
  return path;
}

const FACES = [
  ["Inter Variable", "inter", "100 900", "latin"],
  ["Inter Variable", "inter", "100 900", "latin-ext"],
  ["JetBrains Mono Variable", "jetbrains-mono", "100 800", "latin"],
  ["JetBrains Mono Variable", "jetbrains-mono", "100 800", "latin-ext"],
];
const RANGES = {
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD",
  "latin-ext":
    "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+2113",
};

function fontFace([family, pack, weights, subset]) {
  const bytes = read("@fontsource-variable", pack, "files", `${pack}-${subset}-wght-normal.woff2`);
  const path = put(`${pack}-${subset}`, "woff2", bytes, "fonts");
  return (
    `@font-face{font-family:"${family}";font-weight:${weights};font-style:normal;font-display:swap;` +
    `src:url("${path}") format("woff2");unicode-range:${RANGES[subset]}}`
  );
}

function sprite(names) {
  const symbols = names.map((name) => {
    const svg = read("@tabler/icons", "icons", "outline", `${name}.svg`).toString();
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const drawn = body.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawn}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

const kit = read("@tabler/core", "dist", "css", "tabler.min.css").toString().replace(/\/\*# sourceMappingURL.*?\*\//, "");
put("kit", "css", Buffer.from(`${FACES.map(fontFace).join("\n")}\n${kit}`));
put("icons", "svg", sprite(iconList.split(",")));
put("htmx", "js", read("htmx.org", "dist", "htmx.min.js"));
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
  const [stem, extension] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)];
  put(stem, extension, read("swagger-ui-dist", name), "swagger");
}
for (const [pack, file] of [
  ["@tabler/icons", "LICENSE"],
  ["@fontsource-variable/inter", "LICENSE"],
  ["@fontsource-variable/jetbrains-mono", "LICENSE"],
  ["htmx.org", "LICENSE"],
  ["swagger-ui-dist", "LICENSE"],
]) {
  mkdirSync(join(out, "licences"), { recursive: true });
  copyFileSync(join(modules, pack, file), join(out, "licences", `${pack.replace(/[@/]/g, "_")}.txt`));
}

function compress(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) compress(path);
    else if (/\.(css|js|svg)$/.test(entry)) {
      const bytes = readFileSync(path);
      const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: size }));
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    }
  }
}
compress(out);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
