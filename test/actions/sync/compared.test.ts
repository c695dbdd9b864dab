import { describe, expect, test } from 'vitest';
import { filesWith, PROD } from '../../../emulator/seeds/demo-models.ts';
import { expectRefused } from '../expectations.ts';
import type { ActionRun } from '../harness.ts';
import { PATH, policy } from '../policy/scene.ts';
import { mlmodel, NAMES } from '../signed-model.ts';
import { championOf, folder, pins, scene } from './scene.ts';

const RIGHTS = ['contents: read', 'pull-requests: read', 'pull-requests: write'];
const LIVE = folder(pins({ Champion: 1 }));

/** The demo, whose model has a version 2 that callers of version 1 can call, and a version 3 that they cannot. */
async function versions() {
  const made = await scene({ rights: RIGHTS });
  made.metastore.addVersion(PROD, { files: mlmodel(...NAMES, 'channel:string?') });
  made.metastore.addVersion(PROD, { files: mlmodel('amount:string', ...NAMES.slice(1)) });
  return made;
}

function comparison(seen: ActionRun, alias = 'Champion') {
  return seen.report.checks.find(({ name }) => name === `${PROD}@${alias}: Compatibility`);
}

function comparedVersions(seen: ActionRun): string[] {
  return (seen.report.evidence ?? []).flatMap((each) => (each.kind === 'comparison' ? [each.with] : []));
}

describe('a pin to a version of the model itself is compared with what is live', () => {
  test('one that its callers can call moves, and what changed is said', async () => {
    const { merge } = await versions();
    const seen = await merge(LIVE, folder(pins({ Champion: 2 })));
    expect([seen.outputs['outcome'], championOf(seen)], seen.verdict).toEqual(['ok', 2]);
    expect(comparison(seen)?.passed).toContain(`Callers of models:/${PROD}/1 can call this version`);
    expect(comparedVersions(seen)).toEqual([`models:/${PROD}/1`]);
    expect(seen.summary).toContain('one optional column added');
  });

  test('one that breaks them is refused: in the plan, on the page and in the comment, and after the merge', async () => {
    const { merge, open, github } = await versions();
    const broken = folder(pins({ Champion: 3 }));
    const planned = await open(LIVE, broken, {}, { 'dry-run': 'true', 'pull-request-comment': 'true' });
    expectRefused(planned, 'blocked');
    expect(comparison(planned)?.decision?.allowed).toBe(false);
    const [comment] = github.commentsOf('acme/models', 1);
    for (const text of [planned.summary, comment?.body]) expect(text).toContain('double → string');
    const merged = await merge(LIVE, broken);
    expectRefused(merged, 'blocked');
    expect(merged.log.join('\n')).toContain('inputs.amount: double → string.');
  });

  test.each([
    ['exact', 2, 'blocked', 1],
    ['none', 3, 'ok', 3],
  ])('compatibility: %s of version %i: %s', async (compatibility, version, outcome, champion) => {
    const { merge } = await versions();
    const seen = await merge(LIVE, folder(pins({ Champion: version })), {}, { compatibility });
    expect([seen.outputs['outcome'], championOf(seen)], seen.verdict).toEqual([outcome, champion]);
    expect(comparison(seen)?.mode).toBe(compatibility === 'none' ? 'warn' : 'fail');
  });

  test('what its callers can call is not known where a file cannot be read: refused', async () => {
    const { merge, metastore } = await versions();
    const unread = metastore.addVersion(PROD, { files: filesWith('{{{') });
    metastore.setAlias(PROD, 'Champion', unread);
    const seen = await merge(folder(pins({ Champion: unread })), LIVE);
    expectRefused(seen, 'blocked');
    expect(comparison(seen)?.decision?.findings.map(({ code }) => code)).toEqual(['compatibility-unknown']);
  });

  test('an alias that is new has no callers, and one that goes is compared with nothing', async () => {
    const { merge } = await versions();
    const before = folder(pins({ Champion: 1, Challenger: 'none' }));
    const after = folder(pins({ Champion: 'none', Challenger: 3 }));
    const seen = await merge(before, after);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(comparison(seen, 'Challenger')?.passed).toContain('Nothing to compare with');
    expect(comparison(seen)).toBeUndefined();
  });

  test('is refused once where it has no signature of its own', async () => {
    const { merge, metastore } = await versions();
    const unsigned = metastore.addVersion(PROD, { files: filesWith(undefined) });
    const seen = await merge(LIVE, folder(pins({ Champion: unsigned })));
    expectRefused(seen, 'blocked');
    expect(comparison(seen)).toBeUndefined();
  });

  test('keeps to a policy that demands the comparison, and to one that demands a stricter one', async () => {
    const { merge } = await versions();
    const under = async (compatibility: string) => {
      const text = policy(`require: { compatibility: ${compatibility} }`);
      const to = folder(pins({ Champion: 2 }));
      return merge({ ...LIVE, [PATH]: text }, { ...to, [PATH]: text }, {}, { policy: 'required' });
    };
    const refused = await under('exact');
    expect([refused.outputs['outcome'], championOf(refused)], refused.verdict).toEqual(['blocked', 1]);
    expect(refused.log.join('\n')).toContain('compatibility is callers, and the policy requires exact');
    const allowed = await under('callers');
    expect([allowed.outputs['outcome'], championOf(allowed)], allowed.verdict).toEqual(['ok', 2]);
  });
});
