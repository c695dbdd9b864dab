import { expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { championOf, copyOf, folder, pins, scene } from './scene.ts';

const BEFORE = folder(pins({ Champion: 1 }));
const AFTER = folder(pins({ Champion: copyOf(1) }));
const RIGHTS = ['contents: read', 'pull-requests: read', 'pull-requests: write'];
const SHOWN = { 'pull-request-comment': 'true' };
const PLACE = 'acme/models';

test('one comment shows what would move, and the next push edits it', async () => {
  const { open, github } = await scene({ rights: RIGHTS });
  await open(BEFORE, AFTER, {}, { 'dry-run': 'true', ...SHOWN });
  expect(github.commentsOf(PLACE, 1)).toHaveLength(1);
  expect(github.commentsOf(PLACE, 1)[0]?.body).toContain('Planned: 1 alias follows its pin');
  await open(BEFORE, folder(pins({ Champion: copyOf(2) })), { again: true }, { 'dry-run': 'true', ...SHOWN });
  expect(github.commentsOf(PLACE, 1)).toHaveLength(1);
  expect(github.commentsOf(PLACE, 1)[0]?.body).toContain('Blocked');
});

test('no comment is ever read as a plan: whatever stands there, the pins of the merge are carried out', async () => {
  const { merge, open, github } = await scene({ rights: RIGHTS });
  await open(BEFORE, AFTER, {}, { 'dry-run': 'true', ...SHOWN });
  const [shown] = github.commentsOf(PLACE, 1);
  if (shown === undefined) throw new Error('There is no comment.');
  shown.body = shown.body.replaceAll('1 → the copy', '1 → 3').replaceAll('the copy of', 'version 3, not');
  github.commentsOf(PLACE, 2).push({ ...shown, id: 99, login: 'mallory' });
  const seen = await merge(BEFORE, AFTER, {}, SHOWN);
  expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 2]);
  expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_origin']).toContain('/1');
  const ours = github.commentsOf(PLACE, 2).filter(({ login }) => login !== 'mallory');
  expect(ours.map(({ body }) => body)).toEqual([expect.stringContaining('Done: 1 alias follows its pin')]);
  expect(github.commentsOf(PLACE, 2)[0]?.login).toBe('mallory');
});

test('a token that may not write shows no comment, and that stops nothing', async () => {
  const { open, github } = await scene({ rights: ['contents: read', 'pull-requests: read'] });
  const seen = await open(BEFORE, AFTER, {}, { 'dry-run': 'true', ...SHOWN });
  expect(seen.outputs['outcome']).toBe('ok');
  expect(github.commentsOf(PLACE, 1)).toEqual([]);
  expect(seen.log.join('\n')).toContain('could not be written');
});
