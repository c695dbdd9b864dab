import { readFileSync } from 'node:fs';

const wanted = readFileSync(new URL('../.node-version', import.meta.url), 'utf8').trim();
const running = process.versions.node.split('.')[0];

// The runner gives actions this version and no other: on another one a green test would say little.
if (running !== wanted) {
  throw new Error(
    `The tests run on Node ${wanted}, this is ${process.version}. Start them with: npm test (it brings its own Node).`,
  );
}
