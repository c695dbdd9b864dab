import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import type { Emulator } from '../../../emulator/index.ts';
import { rollback } from '../../../src/actions/rollback.ts';
import { readPlanFile } from '../../../src/plan/file.ts';
import { TOKENS, type ActionRun } from '../harness.ts';
import { planned, PLANNINGS } from './planned.ts';

const LEFT = ['plan', 'plan-file', 'plan-digest', 'plan-code'] as const;
const leftBy = ({ outputs }: ActionRun) => LEFT.filter((name) => (outputs[name] ?? '') !== '');
const codesOf = ({ report }: ActionRun) =>
  report.checks.flatMap(({ decision }) => decision?.findings.map(({ code }) => code) ?? []);

test('a plan is left in four outputs', async () => {
  expect(leftBy((await planned('rollback')).seen)).toEqual([...LEFT]);
});

describe('a plan that names what is secret leaves none of them, so that nobody is asked to approve it', () => {
  test.each<[string, (emulator: Emulator) => string]>([
    ['a token', () => TOKENS.promoter],
    ['the host', ({ url }) => new URL(url).host],
  ])('%s', async (_title, secret) => {
    const { run, emulator } = await planned('rollback');
    const seen = await run(rollback, {
      model: PROD,
      alias: 'Champion',
      'from-version': '2',
      reason: `incident 7, see ${secret(emulator)}`,
      'dry-run': 'true',
    });
    expect([seen.outputs['outcome'], leftBy(seen), codesOf(seen)]).toEqual([
      'ok',
      [],
      expect.arrayContaining(['plan-withheld']),
    ]);
  });
});

describe('a text with half of a surrogate pair has no digest', () => {
  const BROKEN = 'models:/staging.ml_team.\ud800/1';

  test.each(['set-alias', 'rollback'] as const)(
    'a plan of %s that rests on one is not left',
    async (name) => {
      const { run, emulator, plan } = await planned(name);
      const move = plan.changes.find((change) => change.kind === 'alias');
      emulator.metastore.setTags(PROD, { uc_promote_origin: BROKEN }, move?.to ?? 0);
      const seen = await PLANNINGS[name].plan({ run, emulator });
      expect([seen.outputs['outcome'], leftBy(seen), codesOf(seen)]).toEqual([
        'ok',
        [],
        expect.arrayContaining(['plan-without-digest']),
      ]);
    },
  );

  test.each([
    ['in a value', (text: string) => text.replace('"Champion"', String.raw`"\udc00"`)],
    ['in a name that is not known', (text: string) => text.replace('{', String.raw`{"\ud800":1,`)],
    ['a number without end', (text: string) => text.replace('{', '{"more":1e999,')],
  ])('a plan that has one is a fault and no error of ours: %s', async (_title, edit) => {
    const { text } = await planned('set-alias');
    const read = readPlanFile(edit(text));
    expect('fault' in read ? read.fault : 'taken').toContain('half of a surrogate pair');
  });
});

describe('files that cannot be listed when a plan is made: it warns that they are not compared', () => {
  test.each([
    ['not found', 404, 'NOT_FOUND'],
    ['refused', 403, 'PERMISSION_DENIED'],
  ])('%s', async (_title, status, errorCode) => {
    const { run, emulator } = await planned('set-alias');
    emulator.faults.add({
      method: 'GET',
      template: /fs\/directories/u,
      times: Infinity,
      kind: { kind: 'status', status, errorCode },
    });
    const seen = await PLANNINGS['set-alias'].plan({ run, emulator });
    const read = readPlanFile(seen.outputs['plan'] ?? '');
    expect('plan' in read ? read.plan.basis.map(({ kind }) => kind) : seen.verdict).not.toContain('files');
    expect([leftBy(seen), codesOf(seen)]).toEqual([
      [...LEFT],
      expect.arrayContaining(['plan-without-files']),
    ]);
  });
});
