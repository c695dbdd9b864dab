import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/domain/job.ts';
import { decideEngine, engineText, WORKSPACE_BYTES, type EngineFacts } from '../../src/policy/engine.ts';

type InWorkspace = Extract<Engine, { kind: 'workspace' }>;

const GIB = 1024 ** 3;
const closed = { path: 'weights/0.bin', why: 'signed URL refused: 403' };
const SMALL: EngineFacts = { engine: 'runner', canRun: true, bytes: GIB };

test('the documented size', () => {
  const page = readFileSync(new URL('../../docs/copying.md', import.meta.url), 'utf8');
  const documented = /recommend it for a model of (?<size>\d+) GiB or more/u.exec(page)?.groups?.['size'];
  expect(WORKSPACE_BYTES).toBe(Number(documented) * GIB);
});

describe('what is recommended', () => {
  test.each<[string, EngineFacts, readonly string[]]>([
    ['a small model', SMALL, []],
    ['one byte below the size', { ...SMALL, bytes: WORKSPACE_BYTES - 1 }, []],
    ['the size', { ...SMALL, bytes: WORKSPACE_BYTES }, ['16.0 GiB']],
    ['far above it', { ...SMALL, bytes: 140 * GIB }, ['140.0 GiB']],
    ['a small model whose storage is closed', { ...SMALL, closed }, ['weights/0.bin']],
    ['both', { ...SMALL, bytes: 20 * GIB, closed }, ['20.0 GiB', 'weights/0.bin']],
    ['the workspace is used already', { ...SMALL, engine: 'workspace', bytes: 20 * GIB, closed }, []],
    ['it could not run', { ...SMALL, canRun: false, bytes: 20 * GIB, closed }, []],
  ])('%s', (_name, facts, words) => {
    const { allowed, findings } = decideEngine(facts);
    expect(allowed).toBe(true);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual(
      words.map(() => ['engine-workspace', 'note']),
    );
    for (const [index, word] of words.entries()) expect(findings[index]?.message).toContain(word);
    for (const { fix } of findings) expect(fix).toContain('engine: workspace');
  });
});

test.each<[string, InWorkspace, string]>([
  [
    'as the caller',
    { kind: 'workspace', compute: { kind: 'serverless', environment: '4', packages: [] } },
    'on serverless compute, environment 4; it acts as ada@example.com',
  ],
  [
    'as another',
    {
      kind: 'workspace',
      compute: { kind: 'cluster', id: '0923-abc' },
      runAs: { kind: 'service-principal', id: 'beef' },
    },
    'on cluster 0923-abc; it acts as beef',
  ],
])('what a run is on, and whom it acts as: %s', (_name, engine, text) => {
  expect(engineText(engine, 'ada@example.com')).toBe(text);
});
