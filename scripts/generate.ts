import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import type { Action } from '../src/actions/contract/action.ts';
import { ACTIONS } from '../src/index.ts';
import { actionYml, folderOf } from './generate-action-yml.ts';
import { conformanceState, conformanceTable, gitHubState, gitHubTable } from './generate-conformance.ts';
import {
  findingsJsonSchema,
  findingsTable,
  outcomesTable,
  planJsonSchema,
  policyJsonSchema,
  refusalsTable,
  reportJsonSchema,
  routesTable,
  switchesTable,
  tagsTable,
} from './generate-docs.ts';
import { fillRegions } from './generate-markdown.ts';
import { interopTable, peersTable } from './generate-peers.ts';
import { registriesTable } from './generate-registries.ts';
import { actionsTable, newReadme, pageOf, README_REGIONS, readmeRegions } from './generate-readme.ts';
import { ownerIn, ownerSentence, withOwner } from './owner.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const REPAIR = 'npm run generate';

/** The regions that a page must have; the pages of the actions have others. */
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['owner', 'actions', 'conformance-state'],
  'docs/outcomes.md': ['outcomes'],
  'docs/audit-aliases.md': ['findings'],
  'docs/tags.md': ['tags'],
  'docs/emulator.md': ['switches', 'routes', 'refusals'],
  'docs/registries.md': ['registries'],
  'docs/conformance.md': ['conformance-state', 'conformance', 'github-state', 'github'],
  'docs/compatibility.md': ['peers', 'interop', 'conformance-state'],
};

/** Every generated file: its path from the root of the repository, and what it should hold. */
async function generate(): Promise<Map<string, string>> {
  const actions: Action[] = [];
  for (const load of Object.values(ACTIONS)) actions.push(await load());
  const owner = ownerIn(ROOT);
  const shared = new Map([
    ['owner', ownerSentence(owner)],
    ['actions', actionsTable(actions, owner)],
    ['outcomes', outcomesTable()],
    ['findings', findingsTable()],
    ['tags', tagsTable(join(ROOT, 'src/domain/tag-keys.ts'))],
    ['switches', switchesTable()],
    ['routes', routesTable()],
    ['refusals', refusalsTable()],
    ['registries', registriesTable(actions)],
    ['peers', await peersTable()],
    ['interop', interopTable()],
    ['conformance', conformanceTable()],
    ['conformance-state', conformanceState()],
    ['github', gitHubTable()],
    ['github-state', gitHubState()],
  ]);
  const files = new Map<string, string>();
  for (const action of actions) {
    files.set(`${folderOf(action)}action.yml`, actionYml(action));
    const path = pageOf(action);
    const text = withOwner(current(path) ?? newReadme(action), owner);
    files.set(path, fillRegions(path, text, new Map([...shared, ...readmeRegions(action)]), README_REGIONS));
  }
  const examples = [
    ...['.', 'docs', 'emulator'].flatMap((folder) => filesIn(folder, '.md')),
    ...filesIn('.github/workflows', '.yml'),
  ];
  for (const path of examples) files.set(path, withOwner(read(path), owner));
  for (const [path, needed] of Object.entries(REGIONS)) {
    files.set(path, fillRegions(path, files.get(path) ?? read(path), shared, needed));
  }
  const schemas = {
    'docs/report.schema.json': reportJsonSchema(),
    'docs/plan.schema.json': planJsonSchema(),
    'docs/policy.schema.json': policyJsonSchema(),
    'docs/findings.schema.json': findingsJsonSchema(),
  };
  for (const [path, schema] of Object.entries(schemas)) {
    const options = await prettier.resolveConfig(join(ROOT, path));
    files.set(path, await prettier.format(schema, { ...options, parser: 'json' }));
  }
  return files;
}

/** The files of a folder that end so, as paths from the root of the repository. */
function filesIn(folder: string, end: string): string[] {
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(end));
  return names.map((name) => join(folder, name));
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
