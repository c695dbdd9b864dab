import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import type { Action } from '../src/actions/contract/action.ts';
import { ACTIONS } from '../src/index.ts';
import { actionYml, folderOf } from './generate-action-yml.ts';
import { conformanceState, conformanceTable } from './generate-conformance.ts';
import {
  outcomesTable,
  refusalsTable,
  reportJsonSchema,
  routesTable,
  switchesTable,
  tagsTable,
} from './generate-docs.ts';
import { fillRegions } from './generate-markdown.ts';
import { interopTable, peersTable } from './generate-peers.ts';
import { registriesTable } from './generate-registries.ts';
import { actionsTable, newReadme, README_REGIONS, readmeRegions } from './generate-readme.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REPAIR = 'npm run generate';

/** Pages with generated regions beside the READMEs of the actions, and the regions that each must have. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['actions', 'outcomes', 'conformance-state'],
  'docs/outcomes.md': ['outcomes'],
  'docs/tags.md': ['tags'],
  'docs/emulator.md': ['switches', 'routes', 'refusals'],
  'docs/registries.md': ['registries'],
  'docs/conformance.md': ['conformance-state', 'conformance'],
  'docs/compatibility.md': ['peers', 'interop', 'conformance-state'],
};

/** Every generated file: its path from the root of the repository, and what it should hold. */
async function generate(): Promise<Map<string, string>> {
  const actions: Action[] = [];
  for (const load of Object.values(ACTIONS)) actions.push(await load());
  const shared = new Map([
    ['actions', actionsTable(actions)],
    ['outcomes', outcomesTable()],
    ['tags', tagsTable(join(ROOT, 'src/domain/tag-keys.ts'))],
    ['switches', switchesTable()],
    ['routes', routesTable()],
    ['refusals', refusalsTable()],
    ['registries', registriesTable(actions)],
    ['peers', await peersTable()],
    ['interop', interopTable()],
    ['conformance', conformanceTable()],
    ['conformance-state', conformanceState()],
  ]);
  const files = new Map<string, string>();
  for (const action of actions) {
    files.set(`${folderOf(action)}action.yml`, actionYml(action));
    const path = `${folderOf(action)}README.md`;
    const text = current(path) ?? newReadme(action);
    files.set(path, fillRegions(path, text, new Map([...shared, ...readmeRegions(action)]), README_REGIONS));
  }
  for (const [path, needed] of Object.entries(PAGES)) {
    if (!files.has(path)) files.set(path, fillRegions(path, read(path), shared, needed));
  }
  const options = await prettier.resolveConfig(join(ROOT, 'docs/report.schema.json'));
  const schema = await prettier.format(reportJsonSchema(), { ...options, parser: 'json' });
  return files.set('docs/report.schema.json', schema);
}

function current(path: string): string | undefined {
  return existsSync(join(ROOT, path)) ? read(path) : undefined;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const files = await generate();
const stale = [...files].filter(([path, text]) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} does not match the sources.`);
  if (stale.length > 0) {
    console.error(`Fix: ${REPAIR}`);
    process.exitCode = 1;
  }
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
}
