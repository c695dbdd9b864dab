import { describe, expect, test, vi } from 'vitest';
import type { FaultRule, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { PART_BYTES } from '../../../src/transfer/large-file.ts';
import { WINDOW_BYTES } from '../../../src/transfer/window.ts';
import { world, type ActionRun, type RunOptions } from '../harness.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from './large-models.ts';

// Whole copies of 53 MiB, two in some tests: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const SIZE = 53 * 1024 * 1024;
const PART = 5 * 1024 * 1024;

/** Every other way is closed, so that large files go by temporary credentials. */
const CLOSED = { presign: 'refused', largeThroughWorkspace: 'refused' } as const;

const CLOUDS = {
  aws: { label: 'Amazon S3', put: '/object-store/s3/{bucket}/{key*}' },
  azure: { label: 'Azure Blob Storage', put: '/object-store/azure/{container}/{key*}' },
  gcp: { label: 'Google Cloud Storage', put: '/object-store/google/upload/storage/v1/b/{bucket}/o' },
} as const;

type Cloud = keyof typeof CLOUDS;

const clouds = Object.keys(CLOUDS) as Cloud[];

async function start(switches: Partial<Switches>, faults: readonly FaultRule[] = [], mebibytes = [53]) {
  const started = await world({ switches: { ...CLOSED, ...switches } });
  const { emulator } = started;
  const source = addLargeVersion(emulator.metastore, ...mebibytes);
  for (const fault of faults) emulator.faults.add(fault);
  const copy = (options: RunOptions = {}) => started.run(copyVersion, { source, destination: PROD }, options);
  return { emulator, copy };
}

const sentTo = (seen: ActionRun, cloud: Cloud) =>
  seen.records.filter(({ method, template }) => method === 'PUT' && template === CLOUDS[cloud].put);
const bytesOf = (records: ActionRun['records']) => records.reduce((sum, { bytesIn }) => sum + bytesIn, 0);
const filesOf = (seen: ActionRun, model: string, version: string) =>
  JSON.stringify(seen.after.models[model]?.versions[version]?.files);
const isWhole = (seen: ActionRun, version: string) =>
  filesOf(seen, PROD, version) === filesOf(seen, 'staging.ml_team.fraud_detection', '3');

describe.each(clouds)('a file of 53 MiB by temporary credentials of %s', (cloud) => {
  test('is read and written there where every other route is closed; the summary names them, and no secret is printed', async () => {
    const { copy } = await start({ vendedCredentials: cloud });
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen, '2')).toBe(true);
    expect(bytesOf(sentTo(seen, cloud).filter(({ bytesIn }) => bytesIn >= 1024 * 1024))).toBe(SIZE);
    const text = seen.summary.replaceAll(/&#(\d+);/gu, (_all, code: string) =>
      String.fromCharCode(Number(code)),
    );
    expect(text).toMatch(
      new RegExp(
        `temporary credentials \\(signed parts refused: .*workspace refused: .*${CLOUDS[cloud].label}`,
        'u',
      ),
    );
    expect(seen.masked.length).toBeGreaterThan(1);
    const left = JSON.stringify({ ...seen, masked: [], records: [] });
    expect(seen.masked.filter((secret) => left.includes(secret))).toEqual([]);
    const asked = seen.records.filter(({ template }) => template.endsWith('generate-temporary-credentials'));
    // One for the source, one for the destination, one to read the copy back.
    expect(asked).toHaveLength(3);
  });

  test('parts that fail are sent again, each alone, with other credentials where those have ended', async () => {
    const at = { method: 'PUT', template: CLOUDS[cloud].put };
    const { copy } = await start({ vendedCredentials: cloud }, [
      { ...at, skip: 1, kind: { kind: 'status', status: 503 } },
      { ...at, skip: 3, kind: { kind: 'cut-upload', afterBytes: 1_000_000 } },
      { ...at, skip: 5, kind: { kind: 'drop', when: 'after' } },
      { ...at, skip: 7, kind: { kind: 'expired-url' } },
      {
        template: /^\/object-store\/.*(?:key\*|object)\}$/u,
        method: 'GET',
        skip: 5,
        kind: { kind: 'expired-url' },
      },
      {
        template: /^\/object-store\/.*(?:key\*|object)\}$/u,
        method: 'GET',
        skip: 8,
        kind: { kind: 'drop', when: 'during' },
      },
    ]);
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(isWhole(seen, '2')).toBe(true);
    expect(bytesOf(sentTo(seen, cloud))).toBeLessThanOrEqual(SIZE + 4 * PART + 100_000);
    const asked = seen.records.filter(({ template }) => template.endsWith('generate-temporary-credentials'));
    // Google's upload has an address of its own, which does not end with the token.
    expect(asked).toHaveLength(cloud === 'gcp' ? 4 : 5);
  });

  test('a run that ended in the middle is gone on with: parts that arrived are not sent again', async () => {
    const { emulator, copy } = await start({ vendedCredentials: cloud, smallPages: true }, [
      { method: 'PUT', template: CLOUDS[cloud].put, skip: 5, kind: nothingResponds() },
    ]);
    function nothingResponds() {
      const drop = { kind: 'drop', when: 'before' } as const;
      const run = () => emulator.faults.add({ times: Number.POSITIVE_INFINITY, kind: drop });
      return { kind: 'run', when: 'before', run } as const;
    }
    const ended = await copy();
    expect(ended.outputs['outcome']).not.toBe('ok');
    emulator.faults.clear();
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(isWhole(seen, '2')).toBe(true);
    // The address of an upload on Google's storage is a secret, which nothing keeps: there it starts again.
    if (cloud === 'gcp') expect(bytesOf(sentTo(seen, cloud))).toBe(SIZE);
    else {
      expect(bytesOf(sentTo(seen, cloud))).toBeLessThanOrEqual(SIZE - 5 * PART + 10_000);
      expect(seen.summary).toMatch(/\d+ bytes existed from an earlier run/u);
    }
  });
});

describe.each([
  ['aws', 'POST', 1],
  ['azure', 'PUT', 11],
] as const)('putting a file of %s together', (cloud, method, skip) => {
  const at = { method, template: CLOUDS[cloud].put, skip } as const;
  const isTakenBack = (row: ActionRun['records'][number]) =>
    row.method === 'DELETE' && row.template === at.template;

  test('is asked for again, once it is known that the version is still this run’s', async () => {
    const { copy } = await start({ vendedCredentials: cloud }, [
      { ...at, kind: { kind: 'status', status: 503 } },
      { ...at, skip: skip + 1, kind: { kind: 'expired-url' } },
      { ...at, skip: skip + 2, kind: { kind: 'drop', when: 'after' } },
    ]);
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen, '2')).toBe(true);
    const asked = seen.records.filter((row) => row.method === method && row.template === at.template);
    expect(asked).toHaveLength(skip + 4);
    const looks = seen.log.filter((line) => line.includes('Reading the value again'));
    expect(looks).toHaveLength(3);
  });

  test('is not asked for again when another run has taken the version up', async () => {
    const { emulator, copy } = await start({ vendedCredentials: cloud });
    const take = () => emulator.metastore.setTags(PROD, { uc_promote_run: 'acme/models/7/1/mf000000-b' }, 2);
    emulator.faults.add({ ...at, kind: { kind: 'run', when: 'before', run: take } });
    emulator.faults.add({ ...at, kind: { kind: 'status', status: 503 } });
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    const asked = seen.records.filter((row) => row.method === method && row.template === at.template);
    expect(asked).toHaveLength(skip + 1);
    expect(seen.records.filter(isTakenBack)).toEqual([]);
  });
});

describe('a part that goes to Amazon S3 while it is still read', () => {
  const parts = (seen: ActionRun) =>
    sentTo(seen, 'aws').filter(({ query }) => query['partNumber'] !== undefined);

  test('and arrives damaged is sent once more, with its md5', async () => {
    const { copy } = await start({ vendedCredentials: 'aws' }, [
      { method: 'PUT', template: CLOUDS.aws.put, skip: 4, kind: { kind: 'corrupt-upload' } },
    ]);
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen, '2')).toBe(true);
    expect(parts(seen)).toHaveLength(11 + 1);
  });

  test.each(['RequestTimeout', 'BadDigest'])(
    'and is refused with 400 %s is sent again: the source stood still, or bytes were damaged',
    async (code) => {
      const body = `<Error><Code>${code}</Code></Error>`;
      const { copy } = await start({ vendedCredentials: 'aws' }, [
        { method: 'PUT', template: CLOUDS.aws.put, skip: 4, kind: { kind: 'status', status: 400, body } },
      ]);
      const seen = await copy();
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(isWhole(seen, '2')).toBe(true);
      expect(parts(seen)).toHaveLength(11 + 1);
    },
  );

  test('into a bucket whose ETags are no md5: the first are sent once more, and the others with their md5 at once', async () => {
    const encryption = { algorithm: 'AWS_SSE_KMS' } as const;
    const started = await world({ switches: { ...CLOSED, vendedCredentials: 'aws' }, s3: { encryption } });
    started.emulator.faults.add({
      template: /generate-temporary-credentials$/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'missing-field', field: 'encryption_details' },
    });
    const source = addLargeVersion(started.emulator.metastore, 103);
    const seen = await started.run(copyVersion, { source, destination: PROD });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen, '2')).toBe(true);
    expect(parts(seen).length).toBeGreaterThan(21);
    // As many as were on their way when the first was answered.
    expect(parts(seen).length).toBeLessThanOrEqual(21 + Math.floor(WINDOW_BYTES / PART_BYTES));
  });
});

describe('where the route by temporary credentials is closed too', () => {
  test.each([
    ['none', 'default storage'],
    ['refused', 'Temporary credentials are blocked'],
  ] as const)(
    '%s: every route that was tried is named, and nothing is left behind',
    async (vendedCredentials, why) => {
      const { copy } = await start({ vendedCredentials });
      const seen = await copy();
      expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
      expect(seen.report.verdict).toMatch(
        new RegExp(`signed URL refused: .*workspace refused: .*temporary credentials refused: .*${why}`, 'u'),
      );
      expect(seen.after).toEqual(seen.before);
    },
  );

  test('the store refuses the credentials: asked for again once', async () => {
    const refuse = { kind: 'status', status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } as const;
    const { copy } = await start({ vendedCredentials: 'azure' }, [
      { template: /^\/object-store\//u, times: Number.POSITIVE_INFINITY, kind: refuse },
    ]);
    const seen = await copy();
    expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
    expect(seen.report.verdict).toContain('the storage returned HTTP 403 AccessDenied');
    const toRead = seen.records.filter(
      ({ json }) => JSON.stringify(json)?.includes('OPERATION_READ"') === true,
    );
    expect(toRead).toHaveLength(2);
  });

  test('a credential that travels is not sent to an address outside of its cloud', async () => {
    const { copy } = await start({ vendedCredentials: 'gcp' });
    const seen = await copy({ environment: { STORAGE_EMULATOR_HOST: 'https://storage.example.com' } });
    expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
    expect(seen.report.verdict).toContain('STORAGE_EMULATOR_HOST is not an address');
  });
});

test('a workspace without the older endpoint is asked by the native one', async () => {
  const gone = { kind: 'status', status: 404, errorCode: 'ENDPOINT_NOT_FOUND' } as const;
  const template = /generate-temporary-credentials$/u;
  const { copy } = await start({ vendedCredentials: 'aws' }, [
    { template, times: Number.POSITIVE_INFINITY, kind: gone },
  ]);
  const seen = await copy();
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
  expect(isWhole(seen, '2')).toBe(true);
});
