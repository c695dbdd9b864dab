import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ROOT } from '../imports.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const index = read('docs/README.md');

/** Pages of `docs/` that a part of the index links. */
function linkedIn(heading: string): string[] {
  const part = index.split(/^## /mu).find((each) => each.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`The index has no part ${heading}.`);
  return [...part.matchAll(/\]\((?<page>[a-z-]+\.md)(?:#[a-z-]+)?\)/gu)].map(
    ({ groups }) => groups?.['page'] ?? '',
  );
}

/** Pages that compare or list: there is nothing to copy at their beginning. */
const TABLES = new Set(['outcomes.md', 'tags.md', 'who-does-what.md']);

describe.each(['Promote', 'Set up and operate', 'Try it without a workspace'])('docs, %s', (heading) => {
  test('has pages', () => {
    expect(linkedIn(heading).length).toBeGreaterThan(1);
  });

  test.each(linkedIn(heading).filter((page) => !TABLES.has(page)))(
    '%s begins with what to copy: a step, a workflow or a command',
    (page) => {
      const [, ...lines] = read(`docs/${page}`).split('\n');
      const block = lines.findIndex((line) => /^```(?:yaml|bash|sh|sql)$/u.test(line));
      expect(block).toBeGreaterThanOrEqual(0);
      expect(lines.slice(0, block).filter((line) => line !== '').length).toBeLessThanOrEqual(2);
    },
  );
});

test('the index names every page of docs', () => {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && path !== 'README.md')
    .map((path) => path.replaceAll('\\', '/'));
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((page) => !index.includes(`](${page})`) && !index.includes(`](${page}#`))).toEqual([]);
});

test('every script of npm that a page names is there', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')));
  const pages = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'emulator/README.md'],
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => join('docs', path)),
  ];
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/\bnpm run (?<script>[a-z][a-z:-]*[a-z])/gu)].map(
      ({ groups }) => groups?.['script'] ?? '',
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

describe('the README', () => {
  const readme = read('README.md');

  test('is short, and leaves inputs and outputs to generated pages', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(116);
    expect(readme).not.toMatch(/^\| (?:Input|Output) \|/mu);
    expect(read('docs/reference/promote.md')).toMatch(/^\| Input \|[\s\S]+^\| Output \|/mu);
  });

  test('says near its top that nothing was seen on a real workspace, and shows a page', () => {
    const [top = ''] = readme.split('\n## ');
    expect(top).toMatch(/not yet seen on a real workspace/iu);
    expect(top).toContain('](docs/pictures/');
  });

  test('has no secret in its flow, and no approval before the plan', () => {
    const flow = /```yaml\n(?<flow>[\s\S]+?)```/u.exec(readme)?.groups?.['flow'] ?? '';
    expect(flow).not.toContain('secrets.');
    const [first = '', second = ''] = flow.split(/^ {2}apply:$/mu);
    expect(first).toContain('until: validate');
    expect(first).not.toContain('environment:');
    expect(second).toContain('environment: production');
    expect(second).toContain('plan: ${{ needs.plan.outputs.plan }}');
    expect(second).toContain('expected-digest: ${{ needs.plan.outputs.plan-digest }}');
    expect(second).toContain('require-plan-code: true');
  });
});
