import { policyFiles } from './policy-files.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonical, planCode, planDigest } from '../../../src/plan/digest.ts';
import { ROOT } from '../../imports.ts';
import { planFiles } from '../../plan/arbitrary-plan.ts';
import { PLAN, REFUSED } from '../../plan/sample-plan.ts';
import type { CaseResult } from '../harness/outcome.ts';
import { NO_SERVER, runCases, type PeerContext } from '../harness/script.ts';

const SUITE = 'plan';

/** Numbers that RFC 8785 writes as ECMAScript does: the cases of its appendix B, and any other. */
const NUMBERS = [
  0, -0, 5e-324, -5e-324, 1.7976931348623157e308, 9007199254740992, 295147905179352830000,
  9.999999999999997e22, 1e23, 1.0000000000000001e23, 999999999999999700000, 1e21, 9.999999999999997e-7,
  0.000001, 333333333.3333332, 333333333.33333325, -0.0000033333333333333333, 1424953923781206.2,
];

/** RFC 8785 and the published JSON Schema, by the hand of others, make of plan files what we do. */
export async function* planFilesSuite({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-plans-'));
  try {
    const file = join(folder, 'plans.json');
    const values = [
      ...NUMBERS,
      ...fc.sample(fc.jsonValue({ noUnicodeString: false }), { numRuns: 2_000, seed: 8785 }),
    ];
    const plans = [PLAN, ...fc.sample(planFiles, { numRuns: 500, seed: 14 })].map((plan) => {
      const digest = planDigest(plan);
      return [plan, digest, planCode(plan.run, digest)];
    });
    const refused = Object.fromEntries(Object.entries(REFUSED).map(([name, [plan]]) => [name, plan ?? null]));
    await writeFile(
      file,
      JSON.stringify({
        values: values.map((value) => [value, canonical(value)]),
        plans,
        refused,
        ...(await policyFiles()),
      }),
    );
    const schema = join(ROOT, 'docs/plan.schema.json');
    yield* await runCases({ python, ...NO_SERVER }, SUITE, 'plan_files.py', [
      file,
      schema,
      join(ROOT, 'docs/policy.schema.json'),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
