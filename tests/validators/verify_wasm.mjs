// Reads files with contentauth's WebAssembly build, the one browsers use. No sidecars: it takes none.
// Usage: node verify_wasm.mjs ROOTS.pem FILE...    one JSON line per file: {file, state, failures}
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { initSync, WasmReader } from '@contentauth/c2pa-wasm';

const types = { png: 'image/png', jpg: 'image/jpeg' };
const here = createRequire(import.meta.url);
const folder = here.resolve('@contentauth/c2pa-wasm').replace(/c2pa\.js$/, '');
initSync({ module: fs.readFileSync(`${folder}c2pa_bg.wasm`) });
const [roots, ...files] = process.argv.slice(2);
const settings = JSON.stringify({
  trust: { user_anchors: fs.readFileSync(roots, 'utf8') },
  verify: { verify_trust: true, remote_manifest_fetch: false },
});

for (const file of files) {
  let said;
  try {
    const bytes = new Uint8Array(fs.readFileSync(file));
    const reader = await WasmReader.fromBytes(types[file.split('.').pop()], bytes, settings);
    const report = JSON.parse(reader.json());
    const failures = report.validation_results?.activeManifest?.failure ?? [];
    said = { state: report.validation_state, failures: failures.map((one) => one.code) };
    reader.free();
  } catch (error) {
    said = { state: 'unreadable', failures: [String(error).slice(0, 200)] };
  }
  console.log(JSON.stringify({ file, ...said }));
}
