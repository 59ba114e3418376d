// Reads files with contentauth's Node binding (Rust, another engine version than ours).
// Usage: node verify_node.mjs ROOTS.pem FILE...    one JSON line per file: {file, state, failures}
import fs from 'node:fs';
import { Reader } from '@contentauth/c2pa-node';

const types = { png: 'image/png', jpg: 'image/jpeg', txt: 'text/plain' };
const [roots, ...files] = process.argv.slice(2);
const settings = JSON.stringify({
  trust: { user_anchors: fs.readFileSync(roots, 'utf8') },
  verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false },
});

for (const file of files) {
  let said;
  try {
    const asset = { buffer: fs.readFileSync(file), mimeType: types[file.split('.').pop()] };
    const store = `${file}.c2pa`;
    const reader = fs.existsSync(store)
      ? await Reader.fromManifestDataAndAsset(fs.readFileSync(store), asset, settings)
      : await Reader.fromAsset(asset, settings);
    const report = reader === null ? null : reader.json();
    const failures = report?.validation_results?.activeManifest?.failure ?? [];
    said = {
      state: report === null ? 'absent' : report.validation_state,
      failures: failures.map((one) => one.code),
    };
  } catch (error) {
    said = { state: 'unreadable', failures: [String(error).slice(0, 200)] };
  }
  console.log(JSON.stringify({ file, ...said }));
}
