import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { expectRefused, outputsOf, printedTodo } from './expectations.ts';
import { TOKENS, world } from './harness.ts';
import { grantUntilAllowed } from './remedies.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const FILES = Object.keys(GOOD_FILES).length;
const BYTES = Object.values(GOOD_FILES).reduce((sum, content) => sum + Buffer.byteLength(content), 0);

describe('a copy', () => {
  test('has the files, tags and description of its source, and says where it came from', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, COPY);
    const { digest, 'listing-digest': listing, 'predicate-path': predicate, ...outputs } = outputsOf(seen);
    expect(outputs).toEqual({
      version: '2',
      uri: `models:/${PROD}/2`,
      files: String(FILES),
      bytes: String(BYTES),
      'source-version': '1',
      verified: 'full',
      'subject-digest': digest,
      'predicate-type': 'https://model_signing/signature/v1.0',
      outcome: 'ok',
      changed: 'true',
      'would-change': 'true',
    });
    expect(predicate).toMatch(/\.json$/u);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(seen.verdict).toBe(`✅ OK: models:/${STAGING}/1 → models:/${PROD}/2`);
    const copy = seen.after.models[PROD]?.versions['2'];
    const source = seen.after.models[STAGING]?.versions['1'];
    expect(copy?.files).toEqual(source?.files);
    expect(copy).toMatchObject({
      status: 'READY',
      description: 'Trained on the third quarter.',
      source: `models:/${STAGING}/1`,
      tags: {
        dataset: 'transactions_q3',
        uc_promote_origin: `models:/${STAGING}/1`,
        uc_promote_digest: digest,
      },
    });
    expect(copy?.tags['uc_promote_listing']).toBe(listing);
    expect(copy?.tags['uc_promote_run']).toMatch(/^acme\/models\/4242\/1\/[0-9a-z]{8}-[0-9a-f]{8}$/u);
    expect(copy?.tags['validation_status']).toBeUndefined();
  });

  test('touches nothing else: no alias, no other version, nothing of the source', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, COPY);
    expect(seen.after.models[STAGING]).toEqual(seen.before.models[STAGING]);
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
    expect(seen.after.models[PROD]?.versions['1']).toEqual(seen.before.models[PROD]?.versions['1']);
    expect([seen.after.grants, seen.after.owners]).toEqual([seen.before.grants, seen.before.owners]);
  });

  test('sends each file once, MLmodel last, and finalizes after the files', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, COPY);
    const writes = seen.records.filter((record) => record.write);
    const puts = writes.filter(({ method, template }) => method === 'PUT' && template.includes('/fs/files'));
    expect(puts.map(({ path }) => path.split('/2/')[1] ?? '').sort()).toEqual(Object.keys(GOOD_FILES).sort());
    expect(puts.at(-1)?.path).toMatch(/\/MLmodel$/u);
    const names = writes.map(({ template }) => template.split('/').at(-1) ?? '');
    expect(names[0]).toBe('create');
    expect(names.lastIndexOf('{path*}')).toBeLessThan(names.indexOf('finalize'));
  });

  test('by alias: the number is what is copied and recorded', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setAlias(STAGING, 'Candidate', 1);
    const seen = await run(copyVersion, { source: `models:/${STAGING}@candidate`, destination: PROD });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', 'source-version': '1', version: '2' });
    expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_origin']).toBe(`models:/${STAGING}/1`);
  });

  test('again: it finds its own copy and writes nothing', async () => {
    const { run } = await world();
    const first = await run(copyVersion, COPY);
    const again = await run(copyVersion, COPY);
    expect(again.outputs).toMatchObject({
      outcome: 'noop',
      changed: 'false',
      version: '2',
      digest: first.outputs['digest'],
    });
    expect([again.after, again.exitCode]).toEqual([again.before, 0]);
    expect(again.records.filter((record) => record.write)).toEqual([]);
  });

  test('a version that only claims to be the copy is not taken for it', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, {
      files: { ...GOOD_FILES, 'model.pkl': 'something else' },
      source: `models:/${STAGING}/1`,
      tags: { uc_promote_origin: `models:/${STAGING}/1`, uc_promote_run: 'x/y/1/1/abcdef01' },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '3', changed: 'true' });
    expect(seen.after.models[PROD]?.versions['3']?.files).toEqual(
      seen.after.models[STAGING]?.versions['1']?.files,
    );
  });

  test('with the description and only the tags that are asked for', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(
      STAGING,
      { data_a: '1', data_b: '2', other: '3', approval_x: 'yes', 'mlflow.y': 'z' },
      1,
    );
    const seen = await run(copyVersion, { ...COPY, 'copy-tags': 'data_*', description: 'Words of its own.' });
    const copy = seen.after.models[PROD]?.versions['2'];
    expect(copy?.description).toBe('Words of its own.');
    expect(Object.keys(copy?.tags ?? {}).filter((key) => !key.startsWith('uc_promote_'))).toEqual([
      'data_a',
      'data_b',
    ]);
  });

  test('by * never carries a status, an approval, our own records or bookkeeping', async () => {
    const { run, emulator } = await world();
    const hidden = {
      approval_x: 'yes',
      Approval_y: 'yes',
      uc_promote_moves: '[]',
      uc_promote_foo: 'x',
      'mlflow.z': '1',
    };
    emulator.metastore.setTags(STAGING, { ...hidden, fine: 'x' }, 1);
    const seen = await run(copyVersion, COPY);
    const carried = Object.keys(seen.after.models[PROD]?.versions['2']?.tags ?? {});
    expect(carried.filter((key) => key in hidden || key === 'validation_status')).toEqual([]);
    expect(carried).toContain('fine');
  });

  test('names with spaces, percent signs and letters of any script', async () => {
    const { run, emulator } = await world();
    const files = {
      ...GOOD_FILES,
      'data/a b/100% #1?.bin': 'x',
      'données/模型.json': '{}',
      'deep/er/and/deeper/empty': '',
    };
    emulator.metastore.addVersion(STAGING, { files });
    const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3` });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(Object.keys(seen.after.models[PROD]?.versions['2']?.files ?? {})).toHaveLength(FILES + 3);
  });

  test('of a file larger than any buffer: streamed, and the digest is of its content', async () => {
    const { run, emulator } = await world();
    const size = 40 * 1024 * 1024;
    emulator.metastore.addVersion(STAGING, {
      files: { ...GOOD_FILES, 'big.bin': { generated: true, size, seed: 7 } },
    });
    const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3` });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', bytes: String(BYTES + size) });
    const of = (model: string, version: string) =>
      seen.after.models[model]?.versions[version]?.files['big.bin'];
    expect(of(PROD, '2')?.size).toBe(size);
  });
});

test('dry run: everything is read and decided, nothing is written', async () => {
  const { run } = await world();
  for (const inputs of [
    COPY,
    { ...COPY, destination: 'prod.ml_team.brand_new', 'create-destination': 'true' },
  ]) {
    const seen = await run(copyVersion, { ...inputs, 'dry-run': 'true' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      'would-change': 'true',
    });
    expect(seen.records.filter((record) => record.write)).toEqual([]);
    expect(seen.after).toEqual(seen.before);
    expect(seen.verdict).toContain('Dry run: nothing was written');
  }
});

describe('refused before anything is written', () => {
  for (const [title, inputs, outcome, message] of [
    ['a version without signature', { source: `models:/${STAGING}/2` }, 'blocked', /signature/u],
    [
      'a version that does not exist',
      { source: `models:/${STAGING}/9` },
      'invalid',
      /^Input `source`: version 9 of .* does not exist\.$/u,
    ],
    [
      'an alias that does not exist',
      { source: `models:/${STAGING}@Nobody` },
      'invalid',
      /^Input `source`: .* has no alias "Nobody"\.$/u,
    ],
    [
      'a model that does not exist',
      { source: 'models:/staging.ml_team.nope/1' },
      'invalid',
      /nope does not exist/u,
    ],
    [
      'a name in the place of a URI',
      { source: STAGING },
      'invalid',
      /^Input `source`: ".*" (is not a model URI|names no version)/u,
    ],
    [
      'latest',
      { source: `models:/${STAGING}/latest` },
      'invalid',
      /^Input `source`: "latest" is not a version/u,
    ],
    [
      'a URI as destination',
      { destination: `models:/${PROD}/1` },
      'invalid',
      /^Input `destination`: .* is a model URI/u,
    ],
    [
      'a wait without unit',
      { 'wait-timeout': 'soon' },
      'invalid',
      /^Input `wait-timeout`: "soon" is not a duration\.$/u,
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await world();
      const seen = await run(copyVersion, { ...COPY, ...inputs });
      expectRefused(seen, outcome);
      expect(seen.report.error?.message).toMatch(message);
      expect(`${seen.report.error?.fix ?? ''}${printedTodo(seen)}`).toBeTruthy();
    });
  }

  for (const [status, tags] of [
    ['PENDING_REGISTRATION', {}],
    ['FAILED_REGISTRATION', {}],
    ['READY', { uc_promote_hold: 'incident 7' }],
  ] as const) {
    test(`a source that is ${status}${'uc_promote_hold' in tags ? ' and on hold' : ''}`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.addVersion(STAGING, { files: GOOD_FILES, status, tags });
      expectRefused(await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3` }), 'blocked');
    });
  }

  test('a caller without rights; with what is printed it succeeds', async () => {
    const { run, emulator } = await world();
    const attempt = () => run(copyVersion, COPY, { token: TOKENS.reader });
    expectRefused(await attempt(), 'denied');
    const { denied, last } = await grantUntilAllowed(emulator, attempt);
    expect([denied <= 3, last.outputs['outcome']]).toEqual([true, 'ok']);
  });

  test('checks that are off stand in the verdict', async () => {
    const { run } = await world();
    const inputs = {
      ...COPY,
      source: `models:/${STAGING}/2`,
      'require-signature': 'off',
      'check-privileges': 'off',
    };
    const seen = await run(copyVersion, inputs);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(seen.verdict).toMatch(/Not checked: .*Privileges.*Signature/u);
  });
});
