import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { registerVersion } from '../../../src/actions/register-version.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { world, type ActionRun } from '../harness.ts';
import { addSources, folderOf, RUN, SOURCES, type Files } from './sources.ts';

/** What the log says, and the report, which has the fixes. */
const said = (seen: ActionRun) => `${seen.log.join('\n')}\n${JSON.stringify(seen.report)}`;
const artifactsOf = ({ metastore }: Emulator) => metastore.state.runs.get(RUN)?.artifacts;

describe('artifacts are read by whichever route is open', () => {
  const routesOf = (seen: ActionRun) =>
    [...new Set(seen.records.filter(({ write }) => !write).map(({ template }) => template))].join(' ');

  test.each([
    ['files-api', SOURCES.run, /\/fs\/files/u],
    ['files-api', SOURCES['logged model'], /\/fs\/files/u],
    ['volume', SOURCES.run, /\/fs\/files/u],
    ['volume', SOURCES['logged model'], /\/fs\/files/u],
    ['artifact-calls', SOURCES.run, /artifacts\/credentials-for-read/u],
    ['artifact-calls', SOURCES['logged model'], /artifacts\/credentials-for-download/u],
    ['artifact-calls', SOURCES['workspace version'], /get-signed-download-uri/u],
  ] as const)('%s: %s', async (artifactRoute, source, calls) => {
    const bench = await world({ switches: { artifactRoute } });
    addSources(bench.emulator);
    const seen = await bench.run(registerVersion, { source, destination: PROD });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(routesOf(seen)).toMatch(calls);
    expect(seen.after.models[PROD]?.versions['2']?.files).toEqual(
      seen.before.models[STAGING]?.versions['1']?.files,
    );
  });

  test('a workspace that does not know the path of artifacts: by the artifact calls', async () => {
    const bench = await world();
    addSources(bench.emulator);
    bench.emulator.faults.add({
      path: /\/WorkspaceInternal\//u,
      times: Infinity,
      kind: { kind: 'status', status: 404, errorCode: 'NOT_FOUND' },
    });
    const seen = await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(routesOf(seen)).toMatch(/credentials-for-read/u);
  });

  test('the page says which route the bytes took, and that the other was closed', async () => {
    const bench = await world({ switches: { artifactRoute: 'artifact-calls' } });
    addSources(bench.emulator);
    const seen = await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
    expect(seen.summary).toMatch(/artifact calls/u);
  });
});

describe('files that change while they are read', () => {
  test.each<[string, (files: Map<string, unknown>) => void]>([
    ['one is taken away', (files) => files.delete('model/conda.yaml')],
    ['one comes', (files) => files.set('model/more.txt', files.get('model/conda.yaml'))],
  ])('%s: the version is not finished', async (_title, change) => {
    const bench = await world();
    addSources(bench.emulator);
    bench.emulator.faults.add({
      template: /model-versions\/create$/u,
      kind: {
        kind: 'run',
        when: 'after',
        run: () => change(artifactsOf(bench.emulator)?.files ?? new Map<string, unknown>()),
      },
    });
    const seen = await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
    expect(said(seen)).toMatch(/The files of runs:\/\w+\/model changed while they were read/u);
    expect(seen.after.models).toEqual(seen.before.models);
  });

  describe('more than is read ahead, written again with the same lengths once it was judged', () => {
    const large: Files = { ...GOOD_FILES, 'weights.bin': Buffer.alloc(17 * 1024 * 1024, 'a') };
    const again = (path: string): Files => {
      const bytes = Buffer.from(large[path] ?? '');
      bytes[bytes.length - 1] = 0x20;
      return { [path]: bytes };
    };

    test.each([
      ['MLmodel of a run', SOURCES.run, 'MLmodel'],
      ['MLmodel of a logged model', SOURCES['logged model'], 'MLmodel'],
      ['MLmodel of a folder', 'a folder', 'MLmodel'],
      ['another file of a folder', 'a folder', 'weights.bin'],
    ])('%s: nothing that was not judged is registered', async (_what, kind, path) => {
      const bench = await world();
      addSources(bench.emulator, large);
      const folder = kind === 'a folder' ? await folderOf(large) : undefined;
      const changed = again(path);
      bench.emulator.faults.add({
        template: /model-versions\/create$/u,
        kind: {
          kind: 'run',
          when: 'after',
          run: () => {
            if (folder === undefined) addSources(bench.emulator, { ...large, ...changed });
            else writeFileSync(join(folder, path), changed[path] ?? '');
          },
        },
      });
      const inputs = { source: folder ?? kind, destination: PROD };
      const seen = await bench.run(registerVersion, inputs);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
      expect(said(seen)).toMatch(/The files of \S+ changed while they were read/u);
      expect(seen.after.models).toEqual(seen.before.models);

      const next = await bench.run(registerVersion, inputs);
      expect(next.outputs, next.report.verdict).toMatchObject({ outcome: 'ok' });
    });

    test.each([SOURCES.run, SOURCES['logged model']])(
      '%s: then equal to an earlier version, which is not taken',
      async (source) => {
        const bench = await world();
        addSources(bench.emulator, large);
        const inputs = { source, destination: PROD };
        const first = await bench.run(registerVersion, inputs);
        expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
        addSources(bench.emulator, { ...large, ...again('MLmodel') });
        bench.emulator.faults.add({
          path: /\/Models\/prod\//u,
          kind: { kind: 'run', when: 'before', run: () => void addSources(bench.emulator, large) },
        });
        const seen = await bench.run(registerVersion, inputs);
        expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'error' });
        expect(said(seen)).toMatch(/The files of \S+ changed while they were read/u);
        expect(seen.after.models).toEqual(seen.before.models);
      },
    );
  });

  test('the run is deleted meanwhile: that is what is said', async () => {
    const bench = await world();
    addSources(bench.emulator);
    bench.emulator.faults.add({
      template: /model-versions\/create$/u,
      kind: { kind: 'run', when: 'after', run: ({ state }) => void state.runs.delete(RUN) },
    });
    const seen = await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect(said(seen)).toMatch(/The source runs:\/\w+\/model was deleted while this run used it/u);
    expect(seen.after.models).toEqual(seen.before.models);
  });
});

describe('a run that died is resumed', () => {
  test.each([...Object.values(SOURCES), 'a folder'])(
    '%s: the next one finishes the same version',
    async (kind) => {
      const bench = await world();
      addSources(bench.emulator);
      const source = kind === 'a folder' ? await folderOf() : kind;
      const { metastore, faults } = bench.emulator;
      faults.add({
        method: 'PUT',
        path: /2\/conda\.yaml$/u,
        times: 1,
        kind: { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' },
      });
      faults.add({
        method: 'DELETE',
        template: /model-versions\/delete$/u,
        times: Infinity,
        kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
      });
      const first = await bench.run(registerVersion, { source, destination: PROD });
      expect(first.outputs).toMatchObject({ outcome: 'error' });
      expect(metastore.model(PROD).versions.get(2)?.status).toBe('PENDING_REGISTRATION');
      const second = await bench.run(
        registerVersion,
        { source, destination: PROD },
        { environment: { GITHUB_RUN_ATTEMPT: '2' } },
      );
      expect(second.outputs, second.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
      expect(said(second)).toContain(`Resuming models:/${PROD}/2`);
      expect(Object.keys(second.after.models[PROD]?.versions ?? {})).toEqual(['1', '2']);
    },
  );
});
