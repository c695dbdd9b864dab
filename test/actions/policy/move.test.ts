import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { rollback } from '../../../src/actions/rollback.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { championOf, endOf, FROZEN, policy, scene } from './scene.ts';

/** A file that is added to a version. */
const MORE = {
  content: { kind: 'memory' as const, size: 4, bytes: Buffer.from('more') },
  modified: 0,
  contentType: 'text/plain',
};

const MOVE = { model: PROD, alias: 'Champion', version: '2' };

describe('promote keeps to it', () => {
  test('all that a policy may require, met: the alias moves', async () => {
    const { promoted } = await scene(
      policy(
        'aliases: { Champion: required, Challenger: allowed }',
        'protected: [Champion]',
        'require:',
        '  status: approved',
        '  signature: true',
        '  compatibility: callers',
        `  origin: ${STAGING}`,
        '  min-age: 47h',
        'checks: [check-privileges, on-unknown]',
      ),
    );
    const seen = await promoted({ 'require-status': 'approved', 'set-status': 'approved' });
    expect([endOf(seen), championOf(seen)], seen.verdict).toEqual([['ok', []], 7]);
  });

  test.each<readonly [title: string, lines: readonly string[], inputs: Record<string, string>, code: string]>(
    [
      ['a forbidden alias', ['aliases: { Champion: forbidden }'], {}, 'policy-alias-forbidden'],
      ['an alias that it does not know', ['aliases: { Prod: required }'], {}, 'policy-alias-unknown'],
      ['a status that is not set', ['require: { status: approved }'], {}, 'policy-status'],
      ['another status', ['require: { status: released }'], { 'set-status': 'approved' }, 'policy-status'],
      [
        'a check that warns',
        ['require: { signature: true }'],
        { 'require-signature': 'warn' },
        'policy-check-off',
      ],
      [
        'a check that is off',
        ['checks: [check-privileges]'],
        { 'check-privileges': 'off' },
        'policy-check-off',
      ],
      ['unknown roles that pass', ['checks: [on-unknown]'], { 'on-unknown': 'warn' }, 'policy-check-off'],
      [
        'a looser comparison',
        ['require: { compatibility: callers }'],
        { compatibility: 'none' },
        'policy-check-off',
      ],
      ['a less strict comparison', ['require: { compatibility: exact }'], {}, 'policy-check-off'],
      [
        'a comparison with something else',
        ['require: { compatibility: callers }'],
        { 'compare-with': `models:/${PROD}/2` },
        'policy-compared-other',
      ],
      ['another origin', ['require: { origin: sandbox.* }'], {}, 'policy-origin'],
      ['too young', [`require: { origin: ${STAGING}, min-age: 596h }`], {}, 'policy-age'],
    ],
  )('%s: blocked before anything is written', async (_title, lines, inputs, code) => {
    const { promoted } = await scene(policy(...lines));
    const seen = await promoted(inputs);
    expect(endOf(seen)).toEqual(['blocked', [code]]);
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
    expect(seen.after).toEqual(seen.before);
  });

  test('what is stricter than the policy is allowed', async () => {
    const { promoted } = await scene(policy('require: { compatibility: callers }'));
    expect((await promoted({ compatibility: 'exact' })).outputs['outcome']).toBe('ok');
  });

  test('an alias that is not protected needs nothing of it', async () => {
    const { promoted } = await scene(
      `${policy('aliases: { Champion: required, Trial: allowed }', 'protected: [Champion]', 'require: { status: approved }')}${FROZEN}`,
    );
    const seen = await promoted({ alias: 'Trial', 'require-signature': 'warn' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  });

  test('a model that no rule matches may not be changed, by a copy alone neither', async () => {
    const { promoted } = await scene(policy().replace(PROD, 'prod.other.*'));
    for (const until of ['alias', 'copy']) {
      const seen = await promoted({ until });
      expect(endOf(seen)).toEqual(['blocked', ['policy-model-unlisted']]);
      expect(seen.after).toEqual(seen.before);
    }
  });
});

describe('a freeze window', () => {
  test('stops promote before its copy, and set-alias; it lets them plan', async () => {
    const { promoted, run } = await scene(`${policy()}${FROZEN}`);
    for (const seen of [await promoted(), await run(setAlias, MOVE)]) {
      expect(endOf(seen)).toEqual(['blocked', ['policy-frozen']]);
      expect(seen.after).toEqual(seen.before);
      expect(seen.verdict).toMatch(/is frozen until .+ \(Europe\/Berlin\)/u);
    }
    const planned = await run(setAlias, { ...MOVE, 'dry-run': 'true' });
    expect([planned.outputs['outcome'], planned.outputs['plan-code']]).toEqual([
      'ok',
      expect.stringMatching(/^UCP-/u),
    ]);
    const copied = await promoted({ until: 'validate' });
    expect([copied.outputs['outcome'], copied.outputs['version'], championOf(copied)]).toEqual([
      'ok',
      '7',
      1,
    ]);
  });

  test('never stops rollback, whatever the policy says, and without any request of GitHub', async () => {
    const { emulator, run, github } = await scene(`${policy('aliases: { Champion: forbidden }')}${FROZEN}`);
    await run(setAlias, { ...MOVE, policy: 'off' });
    expect(emulator.state().models[PROD]?.aliases).toEqual({ Champion: 2 });
    const seen = await run(rollback, {
      model: PROD,
      alias: 'Champion',
      'from-version': '2',
      reason: 'incident 7',
    });
    expect([seen.outputs['outcome'], championOf(seen), github.requests], seen.verdict).toEqual(['ok', 1, []]);
  });
});

describe('set-alias keeps to it', () => {
  test.each<readonly [title: string, lines: readonly string[], inputs: Record<string, string>, code: string]>(
    [
      ['a status that is missing', ['require: { status: approved }'], {}, 'policy-status'],
      ['a version that is no copy', ['require: { origin: staging.* }'], {}, 'policy-origin'],
      [
        'a comparison that it does not make',
        ['require: { compatibility: callers }'],
        {},
        'policy-not-compared',
      ],
      ['roles that it does not know', ['require: { distinct: trainer != approver }'], {}, 'policy-distinct'],
      [
        'a required alias deleted',
        ['aliases: { Champion: required }'],
        { delete: 'true' },
        'policy-alias-deleted',
      ],
      ['a protected alias deleted', [], { delete: 'true' }, 'policy-alias-deleted'],
      [
        'a required alias deleted, of which no signature is compared',
        ['aliases: { Champion: required }', 'require: { compatibility: callers, status: approved }'],
        { delete: 'true' },
        'policy-alias-deleted',
      ],
    ],
  )('%s: blocked, and nothing is written', async (_title, lines, inputs, code) => {
    const { run } = await scene(policy(...lines));
    const { version, ...rest } = MOVE;
    const seen = await run(
      setAlias,
      'delete' in inputs ? { ...rest, ...inputs } : { ...rest, version, ...inputs },
    );
    expect(endOf(seen)).toEqual(['blocked', [code]]);
    expect(seen.after).toEqual(seen.before);
  });

  test('a copy with the files of its source may be named; one whose source changed may not', async () => {
    const { emulator, promoted, run } = await scene(policy(`require: { origin: ${STAGING}, min-age: 47h }`));
    expect((await promoted({ until: 'copy' })).outputs['version']).toBe('7');
    const named = await run(setAlias, { ...MOVE, version: '7' });
    expect([endOf(named), championOf(named)], named.verdict).toEqual([['ok', []], 7]);
    await run(setAlias, { ...MOVE, policy: 'off', version: '1' });
    emulator.metastore.model(STAGING).versions.get(1)?.files.set('more.txt', MORE);
    const changed = await run(setAlias, { ...MOVE, version: '7' });
    expect(endOf(changed)).toEqual(['blocked', ['policy-origin-content']]);
  });

  test('a forbidden alias may be deleted, whatever else the policy requires', async () => {
    const requires = 'require: { compatibility: callers, status: approved, signature: true }';
    const { run } = await scene(policy('aliases: { Champion: forbidden }', requires));
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', delete: 'true' });
    expect([endOf(seen), championOf(seen)], seen.verdict).toEqual([['ok', []], undefined]);
  });

  test('where the alias names the version already, nothing is judged', async () => {
    const { run } = await scene(`${policy('require: { status: approved }')}${FROZEN}`);
    const seen = await run(setAlias, { ...MOVE, version: '1' });
    expect(endOf(seen)).toEqual(['noop', []]);
  });
});
