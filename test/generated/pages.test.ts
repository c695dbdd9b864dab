import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { ACTIONS } from '../../src/index.ts';
import { ROOT_ACTION } from '../../scripts/generate-action-yml.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT, sourceFiles } from '../imports.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const folders = Object.keys(ACTIONS).filter((name) => name !== ROOT_ACTION);
const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'docs/reference', 'emulator'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
  ...folders.map((name) => `${name}/README.md`),
];

/** A heading as GitHub makes an anchor of it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function anchorsOf(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => anchor(heading));
}

const stepSchema = z.object({
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
});

type Step = z.infer<typeof stepSchema>;

/** Steps of a YAML text, wherever they stand in it. */
function stepsIn(yaml: string): Step[] {
  const found: Step[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      if ('uses' in value) found.push(stepSchema.parse(value));
      Object.values(value).forEach(visit);
    }
  };
  visit(parse(yaml));
  return found;
}

const OWN_USES = new RegExp(
  String.raw`^(?:${ownerIn(ROOT)}/uc-promote|\.)(?:/(?<folder>[a-z-]*))?(?:@v1)?$`,
  'u',
);

/** The manifest that a `uses:` of this repository means. */
function manifestOf(uses: string): string | undefined {
  const own = OWN_USES.exec(uses);
  return own === null ? undefined : join(own.groups?.['folder'] ?? '', 'action.yml');
}

const manifest = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean() })),
  outputs: z.record(z.string(), z.unknown()),
});

describe.each(pages)('%s', (page) => {
  test('its links lead somewhere', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)(?<target>[^)\s]+)\)/gu)];
    const broken = links
      .map(({ groups }) => groups?.['target'] ?? '')
      .filter((target) => {
        const [path = '', fragment] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(ROOT, file))) return true;
        return fragment !== undefined && !anchorsOf(file).includes(fragment);
      });
    expect(broken).toEqual([]);
  });

  test('its examples are steps that the actions take', () => {
    const blocks = [...read(page).matchAll(/```ya?ml\n(?<yaml>[\s\S]*?)```/gu)];
    for (const { groups } of blocks) expectKnownInputs(stepsIn(groups?.['yaml'] ?? ''));
  });
});

function expectKnownInputs(steps: readonly Step[]): void {
  for (const step of steps) {
    const path = step.uses === undefined ? undefined : manifestOf(step.uses);
    if (path === undefined) continue;
    const { inputs } = manifest.parse(parse(read(path)));
    const given = Object.keys(step.with ?? {});
    expect(
      given.filter((name) => !(name in inputs)),
      `${step.uses}: unknown inputs`,
    ).toEqual([]);
    const needed = Object.entries(inputs).filter(([, { required }]) => required);
    expect(
      needed.map(([name]) => name).filter((name) => !given.includes(name)),
      `${step.uses}: missing inputs`,
    ).toEqual([]);
  }
}

const workflows = readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`);

describe.each(workflows)('%s', (path) => {
  const text = read(path);
  const workflow = z.object({
    permissions: z.record(z.string(), z.string()),
    jobs: z.record(z.string(), z.unknown()),
  });

  test('has no permission but what a job asks for, with the reason beside it', () => {
    const { permissions, jobs } = workflow.parse(parse(text));
    expect(permissions).toEqual({});
    for (const [name, job] of Object.entries(jobs)) expect(job, name).toHaveProperty('permissions');
    const grants = text.split('\n').filter((line) => /^\s+[a-z-]+: (?:read|write)\b/u.test(line));
    expect(grants.filter((line) => !line.includes(' # '))).toEqual([]);
  });

  test('pins what it did not write, and keeps no credentials in the checkout', () => {
    const steps = stepsIn(text);
    const foreign = steps.filter(({ uses }) => uses !== undefined && !uses.startsWith('./'));
    expect(foreign.filter(({ uses }) => !/@[0-9a-f]{40}$/u.test(uses ?? ''))).toEqual([]);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('gives each action inputs that it has', () => {
    expectKnownInputs(stepsIn(text));
  });
});

test('the page of each action has every part', () => {
  for (const name of Object.keys(ACTIONS)) {
    const page = name === ROOT_ACTION ? 'docs/reference/promote.md' : `${name}/README.md`;
    const headings = [...read(page).matchAll(/^#+ (.+)$/gmu)].map(([, heading]) => heading);
    expect(headings).toEqual([
      name,
      'Requirements',
      'Usage',
      'Inputs',
      'Outputs',
      'What it refuses',
      'Notes',
    ]);
  }
});

test('every page that a message or a description names is there', () => {
  const named = sourceFiles('src').flatMap((file) => [
    ...read(file).matchAll(/docs\/[a-z-]+\.(?:md|schema\.json)/gu),
  ]);
  const elsewhere = new Set(['docs/problem-matchers.md']);
  const missing = named
    .map(([path]) => path)
    .filter((path) => !elsewhere.has(path) && !existsSync(join(ROOT, path)));
  expect(missing).toEqual([]);
});

test('nothing generated is stale', () => {
  const script = join(ROOT, 'scripts/generate.ts');
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
});

test('the pages name no outcome that does not exist', () => {
  const table = read('docs/outcomes.md');
  const outcomes = [...table.matchAll(/^\| (?:<a id="[a-z]+"><\/a>)?`([a-z]+)` \| [01] \|/gmu)].map(
    ([, word]) => word,
  );
  expect(outcomes).toHaveLength(10);
});
