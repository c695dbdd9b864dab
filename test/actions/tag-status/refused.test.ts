import { describe, expect, test } from 'vitest';
import { tagStatus } from '../../../src/actions/tag-status.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { TOKENS, world } from '../harness.ts';
import { grantUntilAllowed } from '../remedies.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';

const V1 = { model: PROD, version: '1' };

describe('refused', () => {
  for (const [title, expected, message] of [
    ['another status', 'pending', 'validation_status is "rejected"; "pending" was expected.'],
    ['none', 'none', 'validation_status is "rejected"; "none" was expected.'],
  ] as const) {
    test(`conflict: ${title} was expected`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.setTags(PROD, { validation_status: 'rejected' }, 1);
      const seen = await run(tagStatus, { ...V1, status: 'approved', 'expected-status': expected });
      expectRefused(seen, 'conflict');
      expect(seen.report.error?.message).toContain(message);
    });
  }

  for (const [version, why] of [
    ['3', 'signature'],
    ['4', 'PENDING_REGISTRATION'],
    ['5', 'FAILED_REGISTRATION'],
    ['6', 'on hold'],
  ] as const) {
    test(`blocked: approving a version (${why})`, async () => {
      const { run, emulator } = await world();
      moreVersions(emulator.metastore);
      const seen = await run(tagStatus, { model: PROD, version, status: 'approved' });
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain(why);
    });
  }

  for (const [title, inputs] of [
    ['as a tag, under another status-key', { tags: 'validation_status=approved', 'status-key': 'other' }],
    ['as a tag, without a status-key', { tags: 'validation_status=approved' }],
    ['under a key that another gate may read', { tags: 'team=risk\nreview_state=approved' }],
    ['under the key in another case', { tags: 'Validation_Status=approved' }],
    ['in another case', { status: 'Approved' }],
    ['as an approval of a deployment job', { tags: 'approval_x=Approved', 'allow-approval-tags': 'true' }],
    ['of a word of their own', { tags: 'stage=Green', 'approving-statuses': 'green' }],
    ['beside a status that approves nothing', { status: 'pending', tags: 'stage=approved' }],
  ] as const) {
    for (const version of ['3', '4', '5', '6']) {
      test(`blocked: an approval ${title}, of version ${version}`, async () => {
        const { run, emulator } = await world();
        moreVersions(emulator.metastore);
        expectRefused(await run(tagStatus, { model: PROD, version, ...inputs }), 'blocked');
      });
    }
  }

  test('and what approves nothing is written on any version', async () => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const inputs = { tags: 'stage=rejected\nnote=not approved', 'status-key': 'stage' };
    const seen = await run(tagStatus, { model: PROD, version: '6', ...inputs });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
  });

  test('blocked: more tags than an object may have', async () => {
    const { run, emulator } = await world();
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, 'x']));
    emulator.metastore.setTags(PROD, tags, 1);
    const seen = await run(tagStatus, { ...V1, tags: 'one_more=1' });
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('The object would have 51 tags');
    const swapped = await run(tagStatus, { ...V1, tags: 'one_more=1', 'remove-tags': 't0' });
    expect(swapped.outputs['outcome']).toBe('ok');
  });

  for (const [title, inputs] of [
    ['as a tag', { tags: 'approval_check=yes' }],
    ['as a removal', { 'remove-tags': 'Approval_Check' }],
    ['as the status', { status: 'yes', 'status-key': 'approval_check' }],
  ] as const) {
    test(`invalid: a key that approves a deployment job, ${title}`, async () => {
      const { run } = await world();
      const seen = await run(tagStatus, { ...V1, ...inputs });
      expectRefused(seen, 'invalid');
      expect(printedTodo(seen)).toContain('allow-approval-tags');
      expect(seen.requests).toEqual([]);
    });
  }

  test('a key that approves is allowed when it is meant', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, { ...V1, tags: 'approval_check=yes', 'allow-approval-tags': 'true' });
    expect(seen.outputs['outcome']).toBe('ok');
  });

  for (const [title, inputs, message] of [
    [
      'nothing to do',
      {},
      /Inputs `status`, `tags`, `remove-tags`, `description`, `hold`, `lift-hold` or `require`: none is given/u,
    ],
    ['a line without =', { tags: 'a=1\nnope' }, /Input `tags`: line 2.*"nope" is not key=value/u],
    ['a key twice', { tags: 'a=1\na=2' }, /the key "a" is repeated/u],
    ['a record of ours', { tags: 'uc_promote_moves=x' }, /reserved for the records of uc-promote/u],
    [
      'a description set and emptied',
      { description: 'x', 'remove-description': 'true' },
      /Input `remove-description` is given together with a description\./u,
    ],
    [
      'a hold that is set and lifted',
      { hold: 'x', 'lift-hold': 'true' },
      /Input `lift-hold` is given together with hold/u,
    ],
    ['a hold without a reason', { hold: '' }, /Input `hold` is empty/u],
    [
      'a hold written by hand',
      { tags: 'uc_promote_hold_0123456789ab=x' },
      /reserved for the records of uc-promote/u,
    ],
    ['nothing to do, said aloud', { 'remove-description': 'false' }, /none is given/u],
    ['set and removed', { tags: 'a=1', 'remove-tags': 'a' }, /a/u],
    [
      'version and alias',
      { version: '1', alias: 'Champion', status: 'x' },
      /Inputs `version` and `alias`: both are given/u,
    ],
  ] as const) {
    test(`invalid: ${title}`, async () => {
      const { run } = await world();
      const seen = await run(tagStatus, { ...V1, ...inputs });
      expectRefused(seen, 'invalid');
      expect(`${seen.report.error?.message ?? ''} ${printedTodo(seen)}`).toMatch(message);
    });
  }

  test('denied: with what is printed it succeeds', async () => {
    const { run, emulator } = await world();
    const attempt = () => run(tagStatus, { ...V1, status: 'approved' }, { token: TOKENS.reader });
    expectRefused(await attempt(), 'denied');
    const { denied, last } = await grantUntilAllowed(emulator, attempt);
    expect([denied <= 3, last.outputs['outcome']]).toEqual([true, 'ok']);
  });
});
