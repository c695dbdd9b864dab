import { describe, expect, test, vi } from 'vitest';
import type { FaultRule, Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { validateSignature } from '../../../src/actions/validate-signature.ts';
import { world, type ActionRun, type RunOptions } from '../harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { bigFile } from './large-models.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 });

const MIB = 1024 * 1024;

const CLOUDS = { aws: 'Amazon S3', azure: 'Azure Blob Storage', gcp: 'Google Cloud Storage' } as const;

type Cloud = keyof typeof CLOUDS;

const clouds = Object.keys(CLOUDS) as Cloud[];

const FILES_API = /^\/api\/2\.0\/fs\//u;

const STORES: Readonly<Record<Cloud, RegExp>> = {
  aws: /^\/object-store\/s3\/\{bucket\}$/u,
  azure: /^\/object-store\/azure\/\{container\}$/u,
  gcp: /^\/object-store\/google\/storage\/v1\/b\/\{bucket\}\/o$/u,
};

/** Refuses every call of the Files API about one model. */
function closedFor(model: string): FaultRule {
  const path = new RegExp(`/api/2\\.0/fs/.*${model.replaceAll('.', '/')}`, 'u');
  const kind = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;
  return { path, times: Number.POSITIVE_INFINITY, kind };
}

async function start(switches: Partial<Switches>, faults: readonly FaultRule[] = []) {
  const started = await world({ switches });
  const { emulator } = started;
  const version = emulator.metastore.addVersion(STAGING, {
    // One that is held whole, one that is streamed, an empty one, and names that have to be encoded.
    files: {
      ...GOOD_FILES,
      'data/streamed.bin': bigFile(3),
      'empty.txt': '',
      "odd/we'ights +1 & (ä)%41.txt": 'odd',
    },
  });
  for (const fault of faults) emulator.faults.add(fault);
  const source = `models:/${STAGING}/${version}`;
  const run = (action = copyVersion, inputs: Record<string, string> = {}, options: RunOptions = {}) =>
    started.run(
      action,
      action === copyVersion
        ? { source, destination: PROD, ...inputs }
        : { model: STAGING, version: String(version) },
      options,
    );
  return { emulator, source, run };
}

const filesOf = (seen: ActionRun, model: string, version: string) =>
  JSON.stringify(seen.after.models[model]?.versions[version]?.files);
const isWhole = (seen: ActionRun, version = '2') =>
  filesOf(seen, PROD, version) === filesOf(seen, STAGING, '3');
const sectionsOf = (seen: ActionRun) => JSON.stringify(seen.report.sections);

/** Requests of the Files API that were answered by something else than a refusal. */
const servedByApi = (seen: ActionRun) =>
  seen.records.filter(({ template, status }) => FILES_API.test(template) && status < 300);

describe.each(clouds)('a copy where the Files API is closed, by temporary credentials of %s', (cloud) => {
  test.each([
    ['denied', 'PERMISSION_DENIED'],
    ['absent', 'No API found'],
    ['disabled', 'FEATURE_DISABLED'],
  ] as const)(
    '%s: is listed, read, written and read back there; the summary says why',
    async (filesApi, code) => {
      const { run } = await start({ filesApi, vendedCredentials: cloud, smallPages: true, emptyPages: true });
      const seen = await run();
      expect(seen.outputs, seen.report.verdict).toMatchObject({
        outcome: 'ok',
        version: '2',
        verified: 'full',
      });
      expect(isWhole(seen)).toBe(true);
      expect(servedByApi(seen)).toEqual([]);
      expect(sectionsOf(seen)).toMatch(
        new RegExp(
          `read ahead, because the model is small, by temporary credentials: workspace refused: [^"]*${code}`,
          'u',
        ),
      );
      expect(sectionsOf(seen)).toMatch(
        new RegExp(`"temporary credentials \\(workspace refused: [^"]*${code}[^"]*${CLOUDS[cloud]}`, 'u'),
      );
      const lists = seen.records.filter(({ template }) => STORES[cloud].test(template));
      expect(lists.length).toBeGreaterThan(2);
      const left = JSON.stringify({ ...seen, masked: [], records: [] });
      expect(seen.masked.filter((secret) => left.includes(secret))).toEqual([]);
    },
  );

  test('for the source alone: read there, written through the workspace', async () => {
    const { run } = await start({ vendedCredentials: cloud }, [closedFor(STAGING)]);
    const seen = await run();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen)).toBe(true);
    expect(sectionsOf(seen)).toMatch(
      /by temporary credentials: workspace refused:[^"]*","workspace \(below 50 MiB\)/u,
    );
  });

  test('for the destination alone: read through the workspace, written there', async () => {
    const { run } = await start({ vendedCredentials: cloud }, [closedFor(PROD)]);
    const seen = await run();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen)).toBe(true);
    expect(sectionsOf(seen)).toMatch(
      /"memory \(read ahead, because the model is small\)","temporary credentials \(workspace refused/u,
    );
  });

  test('files over 16 MiB, and a file of 53 MiB, go there too', async () => {
    const { emulator, run } = await start({ filesApi: 'denied', vendedCredentials: cloud });
    const files = { ...GOOD_FILES, 'part.bin': bigFile(20, 3), 'weights/0.bin': bigFile(53, 4) };
    const source = `models:/${STAGING}/${emulator.metastore.addVersion(STAGING, { files })}`;
    const seen = await run(copyVersion, { source });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(filesOf(seen, PROD, '2')).toBe(filesOf(seen, STAGING, '4'));
    expect(servedByApi(seen)).toEqual([]);
    expect(sectionsOf(seen)).not.toMatch(/"workspace \(/u);
  });

  test('requests that fail are sent again', async () => {
    const template = /^\/object-store\//u;
    const listing = { template: STORES[cloud], method: 'GET' } as const;
    const whole = { template, method: cloud === 'gcp' ? 'POST' : 'PUT' } as const;
    const { run } = await start({ filesApi: 'absent', vendedCredentials: cloud }, [
      { ...listing, kind: { kind: 'status', status: 503 } },
      { ...listing, skip: 3, kind: { kind: 'drop', when: 'during' } },
      { ...listing, skip: 1, kind: { kind: 'expired-url' } },
      { ...whole, skip: 1, kind: { kind: 'drop', when: 'after' } },
      { ...whole, skip: 4, kind: { kind: 'status', status: 500 } },
      {
        ...whole,
        skip: 6,
        kind: { kind: 'cut-upload', afterBytes: 2 },
      },
      { template: /(?:key\*|object)\}$/u, method: 'GET', skip: 3, kind: { kind: 'drop', when: 'during' } },
    ]);
    const seen = await run();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(isWhole(seen)).toBe(true);
  });

  test('an equal copy of an earlier run is found', async () => {
    const { run } = await start({ filesApi: 'denied', vendedCredentials: cloud });
    await run();
    const seen = await run();
    expect(seen.outputs, seen.report.verdict).toMatchObject({
      outcome: 'noop',
      version: '2',
      changed: 'false',
    });
  });

  test('MLmodel is read there by validate-signature', async () => {
    const { run } = await start({ filesApi: 'absent', vendedCredentials: cloud });
    const seen = await run(validateSignature);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(servedByApi(seen)).toEqual([]);
  });
});

test('a pending copy that is not shown is verified after it was finalized, under a hold until then', async () => {
  const { emulator, run } = await start({ filesApi: 'denied', vendedCredentials: 'aws' });
  let isPending = true;
  const refuse = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;
  emulator.faults.add({
    template: /generate-temporary-credentials$/u,
    // The source, then the writing side, then the reading back of the pending copy.
    skip: 3,
    kind: refuse,
  });
  emulator.faults.add({
    template: /model-versions\/finalize$/u,
    kind: { kind: 'run', when: 'before', run: () => void (isPending = false) },
  });
  const seen = await run();
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
  expect([isWhole(seen), isPending]).toEqual([true, false]);
  const held = seen.records.filter(({ json }) => JSON.stringify(json)?.includes('not verified yet') === true);
  expect(held).toHaveLength(1);
  expect(seen.after.models[PROD]?.versions['2']?.tags).not.toHaveProperty('uc_promote_hold');
});

describe('where temporary credentials are no way either', () => {
  test.each([
    [
      'denied',
      'none',
      'denied',
      /PERMISSION_DENIED.*Temporary credentials failed as well: .*default storage/u,
    ],
    [
      'disabled',
      'refused',
      'unsupported',
      /FEATURE_DISABLED.*Temporary credentials failed as well: .*are blocked/u,
    ],
    [
      'absent',
      'none',
      'unsupported',
      /No API found.*Temporary credentials failed as well: .*default storage/u,
    ],
  ] as const)(
    '%s, %s: both refusals are told, nothing is written',
    async (filesApi, vendedCredentials, outcome, said) => {
      const { run } = await start({ filesApi, vendedCredentials });
      const seen = await run();
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome, changed: 'false' });
      expect(seen.report.verdict).toMatch(said);
      expect(seen.after).toEqual(seen.before);
    },
  );

  test('the store has an outage: unavailable, and nothing is left behind', async () => {
    const { run } = await start({ filesApi: 'denied', vendedCredentials: 'azure' }, [
      {
        template: /^\/object-store\//u,
        times: Number.POSITIVE_INFINITY,
        kind: { kind: 'status', status: 503 },
      },
    ]);
    const seen = await run();
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
    expect(seen.report.verdict).toContain('the storage returned HTTP 503');
    expect(seen.after).toEqual(seen.before);
  });
});

test('an outage of the Files API, or a file that is not there, opens no other route', async () => {
  const { run } = await start({ vendedCredentials: 'aws' }, [
    {
      template: /\/fs\/directories/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 503 },
    },
  ]);
  const seen = await run();
  expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
  expect(seen.records.filter(({ template }) => /credentials/u.test(template))).toEqual([]);
});

test('a refusal after the Files API took a file of the copy is about that file: no other route is tried', async () => {
  const { emulator, run } = await start({ vendedCredentials: 'aws' });
  emulator.faults.add({
    method: 'PUT',
    path: /\/fs\/files\/.*\/MLmodel$/u,
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
  const seen = await run();
  expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
  expect(seen.records.filter(({ json }) => JSON.stringify(json)?.includes('READ_WRITE') === true)).toEqual(
    [],
  );
  expect(seen.after).toEqual(seen.before);
});

describe('a listing of a store that is hostile or broken ends the copy before anything is written', () => {
  const FOLDER = '__folder__';
  const cases: Readonly<
    Record<string, [keys: readonly (readonly [string, string])[], said: RegExp, next?: string]>
  > = {
    'a way out': [[[`${FOLDER}/../2/MLmodel`, '1']], /not a safe file name/u],
    'an absolute path': [[['/etc/passwd', '1']], /outside of the version/u],
    'a key of another folder': [[[`${FOLDER}1/MLmodel`, '1']], /outside of the version/u],
    'the end of a name': [[[`${FOLDER}/ML\u0000model`, '1']], /not a safe file name/u],
    'a backslash further down': [[[`${FOLDER}/data\\..\\ML`, '1']], /not a safe file name/u],
    'a backslash': [[[`${FOLDER}/..\\MLmodel`, '1']], /not a safe file name/u],
    'an empty segment': [[[`${FOLDER}//MLmodel`, '1']], /not a safe file name/u],
    'a folder with bytes': [[[`${FOLDER}/data/`, '7']], /not a safe file name/u],
    'a name twice': [
      [
        [`${FOLDER}/MLmodel`, '1'],
        [`${FOLDER}/MLmodel`, '1'],
      ],
      /twice/u,
    ],
    'a file as a directory': [
      [
        [`${FOLDER}/data`, '1'],
        [`${FOLDER}/data/x`, '1'],
      ],
      /as a file and as a directory/u,
    ],
    'a size that is none': [[[`${FOLDER}/MLmodel`, '-1']], /the invalid size NaN/u],
    'a size beyond numbers': [[[`${FOLDER}/MLmodel`, '99999999999999999999']], /the invalid size 1/u],
    'too many entries': [
      Array.from({ length: 100_001 }, (_, index) => [`${FOLDER}/f${index}`, '1'] as const),
      /more than 100000 entries|larger than 16777216 bytes/u,
    ],
    'a page that comes back': [
      [[`${FOLDER}/MLmodel`, '1']],
      /twice|returns the same page repeatedly/u,
      'same',
    ],
    'pages without an end': [[], /returns the same page repeatedly/u, 'same'],
  };
  const escape = (text: string) => text.replace(/[&<>\u0000-\u001f]/gu, (char) => `&#${char.charCodeAt(0)};`);
  const bodies: Readonly<
    Record<Cloud, (keys: readonly (readonly [string, string])[], next: string | undefined) => string>
  > = {
    aws: (keys, next) =>
      `<ListBucketResult><IsTruncated>${String(next !== undefined)}</IsTruncated>${keys
        .map(([key, size]) => `<Contents><Key>${escape(key)}</Key><Size>${size}</Size></Contents>`)
        .join(
          '',
        )}${next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`,
    azure: (keys, next) =>
      `<EnumerationResults><Blobs>${keys
        .map(
          ([key, size]) =>
            `<Blob><Name Encoded="true">${escape(encodeURIComponent(key))}</Name><Properties><Content-Length>${size}</Content-Length></Properties></Blob>`,
        )
        .join('')}</Blobs><NextMarker>${next ?? ''}</NextMarker></EnumerationResults>`,
    gcp: (keys, next) =>
      JSON.stringify({ items: keys.map(([name, size]) => ({ name, size })), nextPageToken: next }),
  };
  for (const cloud of clouds) {
    for (const [title, [keys, said, next]] of Object.entries(cases)) {
      test(`${cloud}: ${title}`, async () => {
        const { emulator, run } = await start({ filesApi: 'denied', vendedCredentials: cloud });
        const location = emulator.metastore.state.models.get(STAGING)?.versions.get(3)?.storageLocation ?? '';
        const folder = location.replace(/^s3:\/\/[^/]+\//u, '');
        const body = bodies[cloud](
          keys.map(([key, size]) => [key.replace(FOLDER, folder), size] as const),
          next,
        );
        emulator.faults.add({
          template: STORES[cloud],
          times: Number.POSITIVE_INFINITY,
          kind: { kind: 'status', status: 200, body },
        });
        const seen = await run();
        expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
        expect(seen.report.verdict).toMatch(said);
        expect(seen.after).toEqual(seen.before);
      });
    }
  }

  test('directories that a store keeps are no files', async () => {
    const { emulator, run } = await start({ filesApi: 'denied', vendedCredentials: 'azure' });
    const version = emulator.metastore.state.models.get(STAGING)?.versions.get(3);
    const folder = version?.storageLocation.replace(/^s3:\/\/[^/]+\//u, '') ?? '';
    const rows = [...(version?.files ?? [])].map(
      ([path, { content }]) =>
        `<Blob><Name>${escape(`${folder}/${path}`)}</Name><Properties><Content-Length>${content.size}</Content-Length></Properties></Blob>`,
    );
    const directories = [
      `<Blob><Name>${folder}</Name><Properties><Content-Length>0</Content-Length><ResourceType>directory</ResourceType></Properties></Blob>`,
      `<Blob><Name>${folder}/data</Name><Properties><Content-Length>0</Content-Length></Properties><Metadata><hdi_isfolder>true</hdi_isfolder></Metadata></Blob>`,
      `<Blob><Name>${folder}/odd/</Name><Properties><Content-Length>0</Content-Length></Properties></Blob>`,
    ];
    const body = `<EnumerationResults><Blobs>${[...directories, ...rows].join('')}</Blobs><NextMarker /></EnumerationResults>`;
    emulator.faults.add({ template: STORES.azure, kind: { kind: 'status', status: 200, body } });
    const seen = await run();
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(isWhole(seen)).toBe(true);
  });
});

test('a store that keeps other bytes than were sent is found out at once', async () => {
  const { run } = await start({ filesApi: 'denied', vendedCredentials: 'gcp' }, [
    {
      template: '/object-store/google/upload/storage/v1/b/{bucket}/o',
      method: 'POST',
      kind: {
        kind: 'status',
        status: 200,
        body: JSON.stringify({ md5Hash: Buffer.alloc(16).toString('base64') }),
      },
    },
  ]);
  const seen = await run();
  expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'false' });
  expect(seen.report.verdict).toMatch(/other bytes for .* than were sent/u);
});

test('a shared catalog whose files are closed to the Files API is read by temporary credentials', async () => {
  const { emulator, run } = await start({ sharedFiles: 'closed', vendedCredentials: 'aws' });
  emulator.metastore.createCatalog('vendor', { owner: 'admin@example.com', share: 'models' });
  emulator.metastore.createSchema('vendor.ml_team');
  emulator.metastore.createModel('vendor.ml_team.scoring', { owner: 'admin@example.com' });
  emulator.metastore.grant('catalog', 'vendor', 'ml-deployers', ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
  emulator.metastore.addVersion('vendor.ml_team.scoring', {
    files: { ...GOOD_FILES, 'weights/0.bin': bigFile(52) },
  });
  const seen = await run(copyVersion, { source: 'models:/vendor.ml_team.scoring/1' });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  expect(sectionsOf(seen)).toMatch(/temporary credentials \([^"]*cannot be accessed through the Files API/u);
  expect(Number(seen.outputs['bytes'])).toBeGreaterThan(52 * MIB);
});
