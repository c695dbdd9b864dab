import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { fieldsOf } from '../../src/actions/contract/read-inputs.ts';
import { ACTIONS } from '../../src/index.ts';
import { isConnectionInput } from '../../src/inputs/connection.ts';
import { readmeRegions } from '../../scripts/generate-readme.ts';
import { ROOT } from '../imports.ts';

const actions = await Promise.all(Object.values(ACTIONS).map((load) => load()));

/** The names of the inputs that a table of a text has, in order. */
function tableInputs(text: string): string[] {
  return [...text.matchAll(/^\| `([a-z-]+)` \|/gmu)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
}

describe.each(actions)('inputs of $name', (action) => {
  const names = [...fieldsOf(action).keys()];

  test('dry-run is there exactly when the action writes', () => {
    expect(names.includes('dry-run')).toBe(action.requirements.writes);
  });

  test('its table folds the inputs that only connect, and has every input once', () => {
    const table = readmeRegions(action).get('inputs') ?? '';
    const [open = '', folded = ''] = table.split('<details>');
    expect(tableInputs(open)).toEqual(names.filter((name) => !isConnectionInput(name)));
    expect(tableInputs(folded)).toEqual(names.filter(isConnectionInput));
    expect(tableInputs(folded)).toEqual(expect.arrayContaining(['host', 'token', 'client-id', 'registry']));
    expect(folded).toContain(`Connection: ${tableInputs(folded).length} inputs`);
    expect(folded.trimEnd().split('\n').slice(1)).toContain('</details>');
  });
});

test('promote folds both sides, and nothing else', () => {
  const promote = actions.find(({ name }) => name === 'promote');
  const folded = promote === undefined ? [] : [...fieldsOf(promote).keys()].filter(isConnectionInput);
  expect(folded).toHaveLength(28);
  expect(folded.filter((name) => name.startsWith('source-'))).toHaveLength(13);
  expect(folded).not.toContain('source');
});

test.each([
  ['require-status', /\bsource\b/u, /\bcopy\b/u],
  ['set-status', /\bcopy\b/u, /\bsource\b/u],
  ['require-destination-status', /\bcopy\b/u, /\bsource\b/u],
])('%s of promote says first whose status it is', (input, its, other) => {
  const promote = actions.find(({ name }) => name === 'promote');
  const description = promote === undefined ? '' : (fieldsOf(promote).get(input)?.description ?? '');
  const first = description.split(':')[0] ?? '';
  expect(first).toMatch(its);
  expect(first).not.toMatch(other);
});

const workflow = z.looseObject({
  env: z.record(z.string(), z.unknown()).optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      env: z.record(z.string(), z.unknown()).optional(),
      steps: z.array(
        z.looseObject({ uses: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() }),
      ),
    }),
  ),
});

const WORKFLOWS = join(ROOT, '.github', 'workflows');

describe.each(readdirSync(WORKFLOWS).filter((file) => file.startsWith('example-')))('%s', (file) => {
  const { env, jobs } = workflow.parse(parse(readFileSync(join(WORKFLOWS, file), 'utf8')));
  const steps = Object.values(jobs).flatMap((job) =>
    job.steps.map((step) => ({ ...step, variables: { ...env, ...job.env } })),
  );
  const own = steps.filter(({ uses }) => uses?.startsWith('./') === true);

  test('every step connects by a host and one credential', () => {
    expect(own.length).toBeGreaterThan(0);
    for (const step of own) {
      const given = Object.keys(step.with ?? {}).filter(isConnectionInput);
      if ('DATABRICKS_HOST' in step.variables) given.push('host');
      expect(given.sort()).toEqual(['host', 'token']);
    }
  });

  test('every input of a step is one that its action has', () => {
    for (const step of own) {
      const name = step.uses === './' ? 'promote' : step.uses?.slice(2);
      const action = actions.find((each) => each.name === name);
      const known = action === undefined ? [] : [...fieldsOf(action).keys()];
      expect(known).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
    }
  });
});
