import * as z from 'zod';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { FINDING_KINDS } from '../../src/policy/audit/families.ts';
import { auditFindingSchema } from '../../src/report/finding.ts';
import { world } from '../actions/harness.ts';
import type { Planted } from './seeds/draft.ts';
import { pinsFile } from './seeds/pins-file.ts';
import { policyHost } from './seeds/policy-file.ts';
import { SEED_INPUTS, seedRegistry, type SeededRegistry } from './seeds/registry.ts';

/** Registries of one run; the nightly run asks for more. */
const REGISTRIES = Number(process.env['AUDIT_REGISTRIES'] ?? '20');

/** What docs/findings.schema.json is made from, with no member beside those. */
const published = z.array(auditFindingSchema.strict());

const line = ({ code, model, alias, version, versions, bytes }: Planted) =>
  [code, model, alias ?? '-', version ?? '-', versions ?? '-', bytes ?? '-'].join(' ');

const severities = new Map<string, string>(FINDING_KINDS.map(({ code, severity }) => [code, severity]));

describe('every finding that is planted is found, and nothing else', () => {
  test.each(Array.from({ length: REGISTRIES }, (_, index) => index + 1))('registry %i', async (seed) => {
    let seeded: SeededRegistry = { planted: [], pins: '' };
    const { run } = await world({
      seed: (metastore) => {
        seeded = seedRegistry(metastore, seed);
      },
    });
    const { planted, pins } = seeded;
    const policy = await policyHost();
    onTestFinished(policy.close);
    const inputs = {
      ...SEED_INPUTS,
      ...policy.inputs,
      pins: await pinsFile(pins),
      verify: seed % 2 === 0 ? 'full' : 'listing',
      'max-in-flight': '12',
      rate: '20',
    };
    const seen = await run(auditAliases, inputs, { environment: policy.environment });
    const findings = published.parse(JSON.parse(seen.report.outputs['findings'] ?? ''));
    expect(findings.map(line).sort()).toEqual(planted.map(line).sort());
    for (const { code, severity } of findings) expect(severity, code).toBe(severities.get(code));
    expect(seen.outputs).toMatchObject({
      outcome: 'blocked',
      allowed: 'false',
      count: String(planted.length),
    });
  });
});

test('each kind of the table is planted in each registry', async () => {
  const codes = new Set<string>();
  const emulator = await startEmulator({
    seed: (metastore) => {
      for (const { code } of seedRegistry(metastore, 7).planted) codes.add(code);
    },
  });
  onTestFinished(() => emulator.close());
  expect([...codes].sort()).toEqual(FINDING_KINDS.map(({ code }) => code).sort());
});
