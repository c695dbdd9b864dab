import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/index.ts';
import { ROOT, sourceFiles } from '../imports.ts';

/** Files of cases, and actions, that come with branches which are not merged yet: empty once they are. */
const NOT_ON_MAIN = {
  cases: [] as readonly string[],
  actions: [] as readonly string[],
};

const PAGE = 'docs/platform.md';
const NOT_DONE = 'Deliberately not done';

interface Row {
  readonly section: string;
  readonly cells: readonly string[];
}

/** The rows of the tables of the page, each with the heading that it stands under. */
const rows: readonly Row[] = readFileSync(join(ROOT, PAGE), 'utf8')
  .split(/^## /mu)
  .flatMap((part) => {
    const [section = '', ...lines] = part.split('\n');
    const table = lines.filter((line) => line.startsWith('|'));
    return table.slice(2).map((line) => ({
      section,
      cells: line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    }));
  });

const operations = rows.filter(({ section }) => section !== "From MLflow's client");

interface Case {
  readonly title: string;
  readonly file: string;
}

/** A link whose text is the title, or, of a file that is not there yet, the title and the file. */
const CASE =
  /^(?:\[(?<linked>.+)\]\(\.\.\/(?<link>test\/[^)]+\.test\.ts)\)|(?<said>.+) \(`(?<path>test\/[^`]+\.test\.ts)`\))$/u;

function caseOf({ cells }: Row): Case {
  const { linked, link, said, path } = CASE.exec(cells.at(-1) ?? '')?.groups ?? {};
  return { title: linked ?? said ?? '', file: link ?? path ?? '' };
}

/** Whether a file has a case whose title begins so. */
function hasCase({ title, file }: Case): boolean {
  const path = join(ROOT, file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}`));
}

test('the page has rows, and every one says what, how and by which case', () => {
  expect(operations.length).toBeGreaterThan(35);
  for (const row of operations) {
    expect(row.cells[0], JSON.stringify(row)).not.toBe('');
    expect(row.cells[1], JSON.stringify(row)).not.toBe('');
    expect(caseOf(row).file, `no case in ${JSON.stringify(row)}`).not.toBe('');
  }
});

test.each(
  operations
    .map((row) => [row.cells[0] ?? '', row] as const)
    .filter(([, { section }]) => section !== NOT_DONE),
)('a case holds: %s', (_operation, row) => {
  const found = caseOf(row);
  if (NOT_ON_MAIN.cases.includes(found.file)) return;
  expect(hasCase(found), `${found.file} has no case "${found.title}"`).toBe(true);
});

test('an action that the page waits for is not there yet, so that the list of them ends with its branch', () => {
  for (const file of NOT_ON_MAIN.cases) expect(existsSync(join(ROOT, file)), file).toBe(false);
  for (const action of NOT_ON_MAIN.actions) expect(Object.keys(ACTIONS)).not.toContain(action);
});

test('the page names every action that reads or writes models', () => {
  const page = readFileSync(join(ROOT, PAGE), 'utf8');
  const others = ['check-connection'];
  for (const action of Object.keys(ACTIONS).filter((name) => !others.includes(name)))
    expect(page, action).toContain(`\`${action}\``);
});

/** What a request of each would have in it, with an example. */
const REQUESTS: Readonly<Record<string, readonly [pattern: RegExp, example: string]>> = {
  'train, log a model, load it for inference': [
    /runs\/(?:create|log-)|log-(?:metric|batch|param)|\/invocations/u,
    '/api/2.0/mlflow/runs/log-metric',
  ],
  'grant and revoke privileges': [
    /(?<!effective-)permissions\/\{type\}/u,
    '/api/2.1/unity-catalog/permissions/{type}/{name}',
  ],
  'create a share, recipients, catalogs and schemas': [
    /\/shares|\/recipients|\/providers/u,
    '/api/2.1/unity-catalog/shares',
  ],
  'move a version through stages': [/transition-stage|transition_stage/u, '/model-versions/transition-stage'],
  'webhooks of the registry': [/webhook/iu, '/api/2.0/mlflow/registry-webhooks/create'],
  'connect a deployment job to a model': [
    /deployment_job_id:(?! ?z\.)|connect-deployment-job/u,
    'json: { name, deployment_job_id: job }',
  ],
  'create and delete endpoints': [
    /method: '(?:POST|DELETE)',\s*template: [^,]*(?:serving-endpoints|ENDPOINTS)/u,
    "method: 'POST', template: '/api/2.0/serving-endpoints'",
  ],
};

describe('what is deliberately not done', () => {
  // What people run by hand is printed, and never sent.
  const sources = sourceFiles('src/registry').filter((file) => !/commands\.ts$/u.test(file));
  const texts = sources.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);

  test('has a reason and something in its place, and a request that is looked for', () => {
    const notDone = operations.filter(({ section }) => section === NOT_DONE);
    expect(notDone.map(({ cells }) => cells[0]).sort()).toEqual(Object.keys(REQUESTS).sort());
    for (const { cells } of notDone) expect(cells.filter((cell) => cell === '')).toEqual([]);
    for (const row of notDone) expect(caseOf(row).title).toBe(`no source sends: ${row.cells[0]}`);
  });

  test.each(Object.entries(REQUESTS))('no source sends: %s', (_operation, [pattern, example]) => {
    expect(example).toMatch(pattern);
    expect(sources.length).toBeGreaterThan(30);
    for (const [file, text] of texts) expect(pattern.test(text), file).toBe(false);
  });
});
