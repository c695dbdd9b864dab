import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import type { AuditFinding } from '../../../src/policy/audit/finding.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world, type ActionRun } from '../harness.ts';

async function pinsFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-pins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'prod.yml');
  await writeFile(path, text);
  return path;
}

async function audited(text: string, inputs: Readonly<Record<string, string>> = {}) {
  const { run } = await world();
  const pins = await pinsFile(text);
  return { pins, seen: await run(auditAliases, { models: 'prod.ml_team.*', pins, ...inputs }) };
}

const findingsOf = (seen: ActionRun): AuditFinding[] =>
  JSON.parse(seen.outputs['findings'] ?? '[]') as AuditFinding[];

test('an alias that is not where its pin says: the finding, the annotation and SARIF name the line', async () => {
  const { seen, pins } = await audited(`# ours\n${PROD}:\n  champion: 7\n`);
  const [finding] = findingsOf(seen);
  expect(finding).toMatchObject({
    code: 'pin-differs',
    severity: 'error',
    model: PROD,
    alias: 'Champion',
    version: 1,
    place: { file: pins, line: 3, column: 3 },
  });
  expect(finding?.message).toContain(`names version 1, but is pinned to version 7 (${pins}:3:3)`);
  expect(seen.outputs['outcome']).toBe('blocked');
  const placed = seen.annotations.filter(({ place }) => place !== undefined);
  expect(placed.map(({ level, place }) => [level, place])).toEqual([
    ['error', { file: pins, line: 3, column: 3 }],
  ]);
  const { runs } = JSON.parse(seen.sarif ?? '') as Log;
  const [location] = runs[0]?.results?.[0]?.locations ?? [];
  expect(location?.physicalLocation?.region).toEqual({ startLine: 3, startColumn: 3 });
  expect(location?.logicalLocations?.[0]?.fullyQualifiedName).toBe(`${PROD}@Champion`);
});

test('an alias that is where its pin says, and pins of models that the audit is not about: nothing', async () => {
  const { seen } = await audited(`${PROD}:\n  Champion: 1\n  Gone: none\n${STAGING}:\n  Champion: 99\n`);
  expect([findingsOf(seen), seen.outputs['outcome']]).toEqual([[], 'ok']);
});

test('only the aliases that are audited', async () => {
  const { seen } = await audited(`${PROD}:\n  Champion: 1\n  Challenger: 9\n`, { aliases: 'Champion' });
  expect([findingsOf(seen), seen.outputs['outcome']]).toEqual([[], 'ok']);
});

test('a pin of a model that nobody sees leaves the audit partial', async () => {
  const { seen, pins } = await audited(`prod.ml_team.hidden:\n  Champion: 1\n  Gone: none\n`);
  expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', count: '0' });
  expect(seen.verdict).toContain(`pin prod.ml_team.hidden@Champion (${pins}:2:3)`);
});

test('no more annotations of a level than a runner shows', async () => {
  const aliases = Array.from({ length: 30 }, (_, index) => `  Slot_${index}: 9\n`).join('');
  const { seen } = await audited(`${PROD}:\n${aliases}`);
  expect(seen.outputs['count']).toBe('30');
  expect(seen.annotations.filter(({ level }) => level === 'error')).toHaveLength(10);
});

describe('pins that cannot be read are faults of the input', () => {
  test.each([
    ['a version that is none', `${PROD}:\n  Champion: latest\n`, /prod\.yml:2/u],
    ['no mapping', '- 1\n', /prod\.yml:1/u],
  ])('%s', async (_, text, says) => {
    const { seen } = await audited(text);
    expectRefused(seen, 'invalid');
    expect(seen.verdict).toMatch(says);
    expect(printedTodo(seen)).toContain('Write');
  });

  test('a path where nothing is', async () => {
    const { run } = await world();
    const seen = await run(auditAliases, { models: PROD, pins: 'no/such/pins' });
    expectRefused(seen, 'invalid');
    expect(seen.verdict).toContain('no/such/pins');
  });
});
