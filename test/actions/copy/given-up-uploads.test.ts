import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import type { FaultRule, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world } from '../harness.ts';
import { addLargeVersion } from './large-models.ts';

const FILE = '/api/2.0/fs/files/{path*}';

/** A copy whose store refuses the first part, so that the upload is given up; the calls that do that, with their answers. */
async function givenUp(switches: Partial<Switches>, fault?: FaultRule) {
  const { run, emulator } = await world({ switches: { presign: 'storage-blocked', ...switches } });
  const source = addLargeVersion(emulator.metastore, 53);
  if (fault !== undefined) emulator.faults.add(fault);
  const seen = await run(copyVersion, { source, destination: PROD });
  const calls = seen.records
    .filter(
      ({ method, template, query }) =>
        query['action'] === 'abort-upload' ||
        template.endsWith('create-abort-upload-url') ||
        method === 'DELETE',
    )
    .map(({ method, template, query, status }) => `${method} ${query['action'] ?? template} ${status}`);
  return { seen, calls };
}

const URL_FORM = ['POST /api/2.0/fs/create-abort-upload-url 200', 'DELETE /cloud-storage/{path*} 204'];

describe('an upload in parts that is given up', () => {
  for (const [uploadAbort, wanted] of [
    ['post-action', ['POST abort-upload 200']],
    ['both', ['POST abort-upload 200']],
    ['presigned-delete', ['POST abort-upload 400', ...URL_FORM]],
  ] as const) {
    test(`is taken back where the workspace knows ${uploadAbort}`, async () => {
      const { seen, calls } = await givenUp({ uploadAbort });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(calls).toEqual(wanted);
    });
  }

  test('is taken back by its URL where the workspace knows no such path', async () => {
    const path = /weights/u;
    const kind = { kind: 'status', status: 404, errorCode: 'ENDPOINT_NOT_FOUND' } as const;
    const fault: FaultRule = { method: 'POST', template: FILE, path, skip: 1, kind };
    const { calls } = await givenUp({ uploadAbort: 'both' }, fault);
    expect(calls).toEqual(['POST abort-upload 404', ...URL_FORM]);
  });

  for (const kind of [
    { kind: 'status', status: 503, when: 'after' },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
    { kind: 'drop', when: 'after' },
  ] as const satisfies readonly FaultRule['kind'][]) {
    test(`is told once, and the copy goes on whatever comes back: ${JSON.stringify(kind)}`, async () => {
      const fault: FaultRule = { method: 'POST', template: FILE, path: /weights/u, skip: 1, kind };
      const { seen, calls } = await givenUp({ uploadAbort: 'both' }, fault);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(calls.map((call) => call.replace(/ \d+$/u, ''))).toEqual(['POST abort-upload']);
      expect(seen.log.join('\n')).toContain('An unfinished upload could not be aborted');
    });
  }

  test('of the kind that goes on, which has no such action, is taken back by its URL', async () => {
    const { calls } = await givenUp({ uploadProtocol: 'resumable' });
    expect(calls.filter((call) => call.includes('abort-upload '))).toEqual([]);
  });
});
