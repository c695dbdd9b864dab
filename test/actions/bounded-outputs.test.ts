import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GOOD_FILES } from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { boundedText, MAX_OUTPUT_BYTES } from '../../src/actions/contract/bounded-output.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { TOKENS, world, type ActionRun } from './harness.ts';

/** What the documented step does with an output: it gets it as a variable. Throws E2BIG where no process can. */
function readBy(output: string | undefined, script: string): string {
  const { error, stdout } = spawnSync(process.execPath, ['-e', script], {
    env: { OUTPUT: output },
    encoding: 'utf8',
    // As large as Windows has it too.
    maxBuffer: 32_767,
  });
  if (error !== undefined) throw error;
  return stdout;
}

const COUNT = 'process.stdout.write(String(JSON.parse(process.env.OUTPUT).length))';

function longest({ outputs }: ActionRun): number {
  return Math.max(...Object.values(outputs).map((value) => Buffer.byteLength(value, 'utf8')));
}

describe('an output is never longer than one variable of a process', () => {
  test('600 findings: the step that is documented reads the first of them, and the report has all', async () => {
    const { run, emulator } = await world();
    for (let count = 0; count < 600; count += 1) {
      const name = `prod.ml_team.a_model_with_a_rather_long_name_${count}`;
      emulator.metastore.createModel(name, { owner: 'ml-deployers' });
      emulator.metastore.addVersion(name, { files: GOOD_FILES });
      emulator.metastore.setAlias(name, 'Champion', 7);
    }
    const off = { 'check-privileges': 'off', 'require-signature': 'off' };
    const seen = await run(auditAliases, { models: 'prod.ml_team.*', ...off });
    expect(seen.outputs).toMatchObject({ count: '600', cut: 'findings', outcome: 'blocked' });
    expect(longest(seen)).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    expect(Number(readBy(seen.outputs['findings'], COUNT))).toBeGreaterThan(50);
    expect(() => readBy(seen.report.outputs['findings'], COUNT)).toThrow('E2BIG');
    expect((JSON.parse(seen.report.outputs['findings'] ?? '') as object[]).length).toBe(600);
    expect(seen.summary).toContain('Shortened outputs');
  });

  test('rights that are missing, their statements and requests', async () => {
    const { run, emulator } = await world();
    const { metastore } = emulator;
    const names = Array.from({ length: 150 }, (_, index) => `prod.ml_team.${'m'.repeat(150)}${index}`);
    for (const name of names) metastore.createModel(name);
    const require = names.map((name) => `function ${name}: EXECUTE, APPLY TAG`).join('\n');
    const seen = await run(gateOnGrants, { require }, { token: TOKENS.reader });
    expect(seen.outputs['allowed']).toBe('false');
    expect(longest(seen)).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    for (const name of (seen.outputs['cut'] ?? '').split(',')) {
      const [whole, part] = [seen.report.outputs[name] ?? '', seen.outputs[name] ?? ''];
      expect([name, whole.length > part.length]).toEqual([name, true]);
      if (name !== 'statements') JSON.parse(part);
      else expect(`${whole}\n`.startsWith(`${part}\n`)).toBe(true);
    }
    expect(seen.outputs['cut']).not.toBe(undefined);
  });

  test('a matrix, which only an expression reads, stays whole', async () => {
    const { run, emulator } = await world();
    for (let count = 0; count < 200; count += 1) {
      const name = `staging.ml_team.${'m'.repeat(200)}${count}`;
      emulator.metastore.createModel(name);
      emulator.metastore.addVersion(name, { files: {} });
    }
    const off = { 'check-privileges': 'off', 'require-signature': 'off' };
    const seen = await run(findVersion, { model: 'staging.ml_team.m*', ...off });
    const { include } = JSON.parse(seen.outputs['matrix'] ?? '') as { include: object[] };
    expect([include.length, seen.outputs['cut']]).toEqual([200, undefined]);
  });
});

test('what is left of any value is a part of it, and of its kind', () => {
  const items = fc.array(fc.record({ name: fc.string({ unit: 'grapheme', minLength: 5, maxLength: 60 }) }), {
    minLength: 300,
    maxLength: 900,
  });
  fc.assert(
    fc.property(items, (list) => {
      const text = boundedText(list);
      expect(Buffer.byteLength(text, 'utf8')).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
      const kept = JSON.parse(text) as object[];
      expect(kept).toEqual(list.slice(0, kept.length));
      const object = Object.fromEntries(list.map((each, index) => [`k${index}`, each]));
      const entries = boundedText(object);
      expect(Buffer.byteLength(entries, 'utf8')).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
      expect(object).toMatchObject(JSON.parse(entries) as object);
      const lines = boundedText(list.map(({ name }) => name).join('\n'));
      expect(Buffer.byteLength(lines, 'utf8')).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    }),
    { numRuns: 30 },
  );
});
