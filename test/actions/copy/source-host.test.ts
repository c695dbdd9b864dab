import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { acceptJob, jobVariables } from '../../auth/sign-in-bench.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { leaksOf } from '../leaks.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { tap, type Wiretap } from '../wiretap.ts';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const READER = '0a0b0c0d-1111-4222-8333-444455556666';
const SOURCE_TOKEN = 'dapi-source-side-9f8e7d6c';
const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

/** A workspace with the source, which knows only its own principal, and one with the destination, without the source. */
interface TwoSides extends ActionBench {
  readonly elsewhere: Emulator;
  readonly taps: { readonly source: Wiretap; readonly destination: Wiretap };
  /** Runs with both hosts given, and with more inputs. */
  readonly copy: (inputs?: Readonly<Record<string, string>>) => Promise<ActionRun>;
}

async function twoSides({ metastores = 2 } = {}): Promise<TwoSides> {
  const here = await world();
  here.emulator.metastore.state.models.delete(STAGING);
  const elsewhere = await startEmulator({ seed: 'demo' });
  onTestFinished(() => elsewhere.close());
  const { metastore } = elsewhere;
  metastore.state.tokens.clear();
  metastore.state.workspaceId = '777';
  if (metastores === 2) metastore.state.metastoreId = 'another-metastore';
  metastore.addServicePrincipal(READER, { displayName: 'source reader', groups: ['ml-deployers'] });
  metastore.issueToken(READER, SOURCE_TOKEN);
  const taps = { source: await tap(elsewhere), destination: await tap(here.emulator) };
  const hosts = [taps.source, taps.destination].map(({ url }) => new URL(url).host);
  return {
    ...here,
    elsewhere,
    taps,
    copy: (inputs = {}) =>
      here.run(
        copyVersion,
        { ...COPY, 'source-host': taps.source.url, 'source-token': SOURCE_TOKEN, ...inputs },
        { host: taps.destination.url, secrets: [SOURCE_TOKEN, ...hosts] },
      ),
  };
}

/** All that the sections of the summary say. */
const reportedOf = ({ report }: ActionRun) => JSON.stringify(report.sections);

const writesAt = ({ requests }: Emulator) => requests.filter(({ write, status }) => write && status < 300);

describe('a source in another workspace', () => {
  test('is copied with the credentials of each side, and neither sees those of the other', async () => {
    const { copy, elsewhere, taps } = await twoSides();
    const before = elsewhere.state();
    const seen = await copy();
    expect(seen.outputs, seen.report.verdict).toMatchObject({
      outcome: 'ok',
      version: '2',
      verified: 'full',
    });
    expect(Object.keys(seen.after.models[PROD]?.versions['2']?.files ?? {}).sort()).toEqual(
      Object.keys(GOOD_FILES).sort(),
    );
    expect(elsewhere.state()).toEqual(before);
    expect(writesAt(elsewhere)).toEqual([]);
    expect(new Set(elsewhere.requests.map(({ principal }) => principal))).toEqual(new Set([READER]));
    expect(new Set(seen.records.map(({ principal }) => principal))).toEqual(new Set([PROMOTER]));
    expect(taps.source.sent()).toContain(`Bearer ${SOURCE_TOKEN}`);
    expect(taps.source.sent()).not.toContain('emulator-promoter');
    expect(taps.destination.sent()).toContain('Bearer emulator-promoter');
    expect(taps.destination.sent()).not.toContain(SOURCE_TOKEN);
    expect(seen.masked).toContain(SOURCE_TOKEN);
    expect(seen.report.facts).toEqual(
      expect.arrayContaining([
        { label: 'Source read as', value: `${READER} (source reader)`, note: 'pat' },
        { label: 'Signed in as', value: `${PROMOTER} (promoter)`, note: 'pat' },
        { label: 'Destination', value: PROD, note: 'another workspace, of another metastore' },
      ]),
    );
    expect(Object.keys(seen.report.inputs).filter((name) => name.startsWith('source-'))).toEqual([]);
  });

  test('leaves out, and says, the run that the other metastore does not know', async () => {
    const { copy, emulator } = await twoSides();
    emulator.metastore.state.runs.clear();
    const seen = await copy();
    expect(seen.after.models[PROD]?.versions['2'], seen.report.verdict).toMatchObject({ runId: null });
    expect(reportedOf(seen)).toContain('Not copied: the id and the lineage of the run (unknown');
  });

  test('is marked with its metastore, so that a copy of the same name from another is not taken for it', async () => {
    const { copy, elsewhere } = await twoSides();
    const first = await copy();
    const mark = `models:/${STAGING}/1 in metastore another-metastore`;
    expect(first.after.models[PROD]?.versions['2']?.tags['uc_promote_origin']).toBe(mark);
    expect((await copy()).outputs).toMatchObject({ outcome: 'noop', version: '2' });
    elsewhere.metastore.state.metastoreId = 'a-third';
    expect((await copy()).outputs).toMatchObject({ outcome: 'ok', version: '3' });
  });

  for (const [title, metastores, unseen] of [
    ['of another metastore', 2, ['elsewhere']],
    ['of the same metastore', 1, ['elsewhere']],
    ['of the same metastore, which the destination does not show', 1, ['emulator']],
    ['of the same metastore, which neither shows', 1, ['elsewhere', 'emulator']],
  ] as const) {
    const hideCatalog = (sides: TwoSides) => {
      for (const side of unseen) {
        sides[side].faults.add({
          times: Infinity,
          template: '/api/2.1/unity-catalog/catalogs/{name}',
          kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
        });
      }
    };
    const promoteFrom = ({ run, taps }: TwoSides) =>
      run(promote, {
        ...COPY,
        'source-host': taps.source.url,
        'source-token': SOURCE_TOKEN,
        'check-privileges': 'warn',
      });

    test(`${title}: a second run that cannot see the catalog takes the equal copy of the first`, async () => {
      const sides = await twoSides({ metastores });
      const first = await promoteFrom(sides);
      expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
      hideCatalog(sides);
      const seen = await promoteFrom(sides);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', version: '2' });
      expect(seen.after).toEqual(seen.before);
    });

    test(`${title}: a first run that could not see the catalog made the copy that the second takes`, async () => {
      const sides = await twoSides({ metastores });
      hideCatalog(sides);
      const first = await promoteFrom(sides);
      expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
      for (const side of unseen) sides[side].faults.clear();
      const seen = await promoteFrom(sides);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', version: '2' });
      expect(seen.after).toEqual(seen.before);
    });

    test(`${title}: unseen, and with other bytes, it is another source; what it is marked with stays`, async () => {
      const sides = await twoSides({ metastores });
      await promoteFrom(sides);
      hideCatalog(sides);
      sides.elsewhere.metastore.state.models.get(STAGING)?.versions.delete(1);
      const twin = { files: { ...GOOD_FILES, 'model.pkl': 'another model' }, tags: {} };
      sides.elsewhere.metastore.addVersion(STAGING, twin);
      const models = sides.elsewhere.metastore.state.models.get(STAGING)?.versions;
      const added = models?.get(3);
      if (added === undefined) throw new Error('The version was not added.');
      models?.set(1, { ...added, version: 1 });
      const seen = await promoteFrom(sides);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
      expect(seen.after.models[PROD]?.versions['2']?.tags).toEqual(
        seen.before.models[PROD]?.versions['2']?.tags,
      );
    });
  }

  test('of the same metastore keeps the run id, which holds there too', async () => {
    const { copy, emulator } = await twoSides({ metastores: 1 });
    emulator.metastore.state.runs.clear();
    const seen = await copy();
    expect(seen.after.models[PROD]?.versions['2']?.runId, seen.report.verdict).toBe(
      'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    );
    expect(reportedOf(seen)).toContain('Not copied: the lineage of the run (unknown');
  });

  test('is promoted, and again: nothing is written the second time', async () => {
    const { run, taps } = await twoSides();
    const inputs = { ...COPY, 'source-host': taps.source.url, 'source-token': SOURCE_TOKEN };
    const first = await run(promote, inputs);
    expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(first.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
    expect((await run(promote, inputs)).outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
  });

  test('is read again in its own workspace before the alias moves', async () => {
    const { run, elsewhere, emulator, taps } = await twoSides();
    emulator.faults.add({
      template: /model-versions\/finalize$/u,
      kind: {
        kind: 'run',
        when: 'before',
        run: () => elsewhere.metastore.setTags(STAGING, { uc_promote_hold: 'incident 7' }, 1),
      },
    });
    const inputs = { ...COPY, 'source-host': taps.source.url, 'source-token': SOURCE_TOKEN };
    const seen = await run(promote, inputs);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', version: '2' });
    expect(seen.report.error?.message).toContain('is on hold: incident 7');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });

  test('may have the name of the destination in another metastore, and not in the same', async () => {
    const inputs = { source: `models:/${PROD}/1` };
    const two = await (
      await twoSides()
    ).copy({ ...inputs, 'check-privileges': 'off', 'require-signature': 'off' });
    expect(two.outputs, two.report.verdict).toMatchObject({ outcome: 'ok', uri: `models:/${PROD}/2` });
    const one = await (await twoSides({ metastores: 1 })).copy(inputs);
    expect(one.report.checks.flatMap(({ decision }) => decision?.findings ?? [])).toContainEqual(
      expect.objectContaining({ code: 'copy-onto-itself' }),
    );
    expect(one.after).toEqual(one.before);
  });

  test('signs in by an OAuth secret of its own', async () => {
    const { copy, elsewhere, taps } = await twoSides();
    const secret = elsewhere.metastore.addSecret(READER);
    const seen = await copy({
      'source-host': elsewhere.url,
      'source-token': 'none',
      'source-client-id': READER,
      'source-client-secret': secret,
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(leaksOf(taps.destination.sent(), [secret, `${READER}:${secret}`])).toEqual([]);
    expect(seen.masked).toContain(secret);
    expect(seen.report.facts).toContainEqual({
      label: 'Source read as',
      value: `${READER} (source reader)`,
      note: 'oauth-m2m',
    });
  });

  test('signs in by the ID token of the job, asked for by each side for itself', async () => {
    const { run, emulator, elsewhere } = await twoSides();
    acceptJob(emulator);
    acceptJob(elsewhere);
    const seen = await run(
      copyVersion,
      { ...COPY, 'source-host': elsewhere.url, 'source-client-id': PROMOTER, 'client-id': PROMOTER },
      { environment: { ...jobVariables(emulator), DATABRICKS_TOKEN: '' } },
    );
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    const methods = seen.report.facts.filter(({ label }) => /read as|Signed in/u.test(label));
    expect(methods.map(({ note }) => note)).toEqual(['github-oidc', 'github-oidc']);
  });
});

describe('an error says which side it is of', () => {
  test('a wrong token of the source', async () => {
    const { copy } = await twoSides();
    const seen = await copy({ 'source-token': 'dapi-wrong' });
    expectRefused(seen, 'denied');
    expect(seen.report.error?.message).toMatch(/^source-host: /u);
  });

  test('a source that does not answer is an outage, and nothing is written', async () => {
    const { copy, elsewhere } = await twoSides();
    await elsewhere.close();
    const seen = await copy();
    expectRefused(seen, 'unavailable');
    expect(seen.report.error?.message).toMatch(/^source-host: No response/u);
  });

  test('a destination that does not answer', async () => {
    const { copy, emulator } = await twoSides();
    emulator.faults.add({
      times: Infinity,
      kind: { kind: 'status', status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' },
    });
    const seen = await copy();
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.report.error?.message).toMatch(/^host: /u);
  });

  test('a source that breaks off for good while its files are read', async () => {
    const { copy, elsewhere } = await twoSides();
    elsewhere.faults.add({ times: Infinity, path: /\/fs\/files\//u, kind: { kind: 'drop', when: 'before' } });
    const seen = await copy();
    expectRefused(seen, 'unavailable');
    expect(seen.report.error?.message).toMatch(/^source-host: /u);
  });

  test('a principal without rights on the source: the statement, and where it is to be run', async () => {
    const { copy, elsewhere } = await twoSides();
    elsewhere.metastore.state.groups.get('ml-deployers')?.members.delete(READER);
    const seen = await copy();
    expectRefused(seen, 'denied');
    expect(printedTodo(seen)).toMatch(
      /run this once for .+, in the workspace of the source[\s\S]*GRANT USE CATALOG ON CATALOG `staging`/u,
    );
  });
});

describe('faults of the inputs', () => {
  for (const [title, inputs, problems] of [
    [
      'a credential of the source without its host is sent nowhere',
      { 'source-token': 'x', 'source-client-id': 'y' },
      [/^Input `source-host` is missing, but source-token and source-client-id is given/u],
    ],
    [
      'a host of the source without credentials does not borrow those of the destination',
      { 'source-host': 'https://other.azuredatabricks.net' },
      [/^Input `source-token`: no credentials are given/u],
    ],
    [
      'two kinds of credentials of the source',
      {
        'source-host': 'https://other.azuredatabricks.net',
        'source-token': 'x',
        'source-client-secret': 'y',
      },
      [
        /^Input `source-auth-type`: more than one way.*input source-token \(pat\) and input source-client-secret/u,
      ],
    ],
    [
      'a source elsewhere for a registry that is no workspace',
      { 'source-host': 'https://other.azuredatabricks.net', 'source-token': 'x', registry: 'mlflow' },
      [/^Input `source-host` works only between Databricks workspaces/u],
    ],
  ] as const) {
    test(title, async () => {
      const { run, emulator } = await world();
      const seen = await run(copyVersion, { ...COPY, ...inputs });
      expect(seen.outputs['outcome']).toBe('invalid');
      const reported = `${seen.report.error?.message ?? ''}\n${printedTodo(seen)}`;
      for (const problem of problems) expect(reported).toMatch(problem);
      expect(emulator.requests).toEqual([]);
    });
  }
});
