import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import type { Action } from '../../../src/actions/contract/action.ts';
import { CANCELLED_EXIT_CODE, OUTCOME_MEANINGS, OUTCOMES } from '../../../src/domain/outcome.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { ExitCode } from '../../../src/runtime/cli/exit-code.ts';
import { commandLineRunner } from '../../../src/runtime/cli/runner.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';
import { processWorld } from '../../../src/runtime/cli/world.ts';
import { systemNamed } from '../../../src/runtime/system/choose.ts';
import { world } from '../../actions/harness.ts';
import { command, folder, signedIn, wordsOf } from './bench.ts';

const FIND = { model: STAGING, where: 'validation_status=approved' };
const MOVE = { model: PROD, alias: 'Challenger', version: '1' };

describe('exit codes', () => {
  test('are those of the table, each outcome its own, but for the two that are success', () => {
    expect(
      Object.fromEntries(OUTCOMES.map((each) => [each, OUTCOME_MEANINGS[each].commandExitCode])),
    ).toEqual({
      ok: 0,
      noop: 0,
      error: 1,
      invalid: 2,
      blocked: 3,
      denied: 4,
      conflict: 5,
      unavailable: 6,
      partial: 7,
      unsupported: 8,
    });
  });

  test('follow what an action decided on, and a cancelled run has its own', () => {
    const codes: number[] = [];
    const runner = commandLineRunner(
      { given: readArguments(setAlias, []), inputs: new Map(), faults: [] },
      systemNamed('none'),
      { ...processWorld(), exitCode: new ExitCode((code) => void codes.push(code)) },
    );
    runner.finish({ outcome: 'blocked', fails: true, cancelled: false });
    runner.finish({ outcome: 'blocked', fails: false, cancelled: false });
    runner.finish({ outcome: 'ok', fails: true, cancelled: false });
    runner.finish({ outcome: 'error', fails: true, cancelled: true });
    expect(codes).toEqual([3, 0, 1, CANCELLED_EXIT_CODE]);
  });
});

describe('where things go', () => {
  test('the page on standard error, nothing on standard output', async () => {
    const { emulator } = await world();
    const run = await command(wordsOf('find-version', FIND), { environment: signedIn(emulator) });
    expect([run.stdout, run.exitCode]).toEqual(['', 0]);
    expect(run.stderr.split('\n')[0]).toBe(`✅ find-version: OK: models:/${STAGING}/1`);
  });

  test('--json prints the report alone; files get the same report, the page, and the outputs', async () => {
    const { emulator } = await world();
    const files = ['--report-file=PLACE/r.json', '--summary-file=PLACE/p.md', '--outputs-file=PLACE/o.json'];
    const words = [...wordsOf('find-version', FIND), '--json', ...files, '--dotenv-file=PLACE/o.env'];
    const run = await command(words, { environment: signedIn(emulator) });
    const report = reportSchema.parse(JSON.parse(run.stdout));
    expect(await run.file('r.json')).toBe(run.stdout);
    expect(await run.file('p.md')).toContain('<h3>');
    const outputs = JSON.parse(await run.file('o.json')) as Record<string, string>;
    expect(outputs).toMatchObject({ ...report.outputs, version: '1', outcome: 'ok' });
    expect((await run.file('o.env')).split('\n')).toEqual(
      expect.arrayContaining(['UCP_OUTCOME=ok', 'UCP_VERSION=1', `UCP_URI=models:/${STAGING}/1`]),
    );
    // The matrix is JSON, which a variable of GitLab cannot be.
    expect(await run.file('o.env')).not.toContain('MATRIX');
    expect(run.stderr).toContain('which holds only short values without special characters: matrix');
  });

  test.each(['report-file', 'summary-file', 'dotenv-file', 'outputs-file'])(
    '--%s goes to standard output where it is -, and where it cannot be written nothing is begun',
    async (flag) => {
      const { emulator } = await world();
      const environment = signedIn(emulator);
      const seen = await command([...wordsOf('find-version', FIND), `--${flag}`, '-'], { environment });
      expect(seen.stdout).not.toBe('');
      const before = emulator.requests.length;
      const refused = await command([...wordsOf('set-alias', MOVE), `--${flag}`, 'PLACE/no/folder'], {
        environment,
      });
      expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain(`Option \`--${flag}\` cannot be written: ENOENT`);
      expect(emulator.requests.length).toBe(before);
    },
  );

  test.each([
    ['the same path', 'PLACE/a', 'PLACE/a'],
    ['two spellings of it', 'PLACE/a', 'PLACE/./a'],
  ])('two files of one name are one fault, and nothing is begun: %s', async (_, one, other) => {
    const { emulator } = await world();
    const files = [`--report-file=${one}`, `--outputs-file=${other}`];
    const run = await command([...wordsOf('set-alias', MOVE), ...files], { environment: signedIn(emulator) });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('--report-file and --outputs-file: they name the same file');
    expect(run.stderr).not.toContain('could not be written');
    expect([emulator.requests, await run.file('a')]).toEqual([[], '']);
  });

  test.skipIf(process.platform === 'win32')('a link to the file of another flag is that file', async () => {
    const place = await folder();
    await symlink(join(place, 'a'), join(place, 'b'));
    const files = [`--report-file=${join(place, 'a')}`, `--summary-file=${join(place, 'b')}`];
    const run = await command(['set-alias', ...files]);
    expect(run.stderr).toContain('--report-file and --summary-file: they name the same file');
  });

  test.skipIf(process.platform === 'win32')(
    'a named pipe or a folder is refused, and does not hang',
    async () => {
      const place = await folder();
      execFileSync('mkfifo', [join(place, 'pipe')]);
      for (const path of [join(place, 'pipe'), place]) {
        const run = await command(['set-alias', `--report-file=${path}`, '--outputs-file=/dev/null']);
        expect([run.exitCode, run.stderr]).toEqual([
          2,
          expect.stringContaining('Option `--report-file` cannot be written: it is not a regular file.'),
        ]);
      }
    },
  );

  // Linux has a file on which each write finds the disk full.
  test
    .skipIf(process.platform !== 'linux')
    .each(['report-file', 'summary-file', 'dotenv-file', 'outputs-file'])(
    'a file of --%s that fails later does not end with 0, nor with less than the run says',
    async (flag) => {
      const { emulator } = await world();
      const how = { environment: signedIn(emulator) };
      const full = [`--${flag}=/dev/full`, '--json'];
      const [found, refused] = await Promise.all(
        ['approved', 'none'].map((status) =>
          command(
            [...wordsOf('find-version', { ...FIND, where: `validation_status=${status}` }), ...full],
            how,
          ),
        ),
      );
      expect([found?.exitCode, refused?.exitCode]).toEqual([1, 3]);
      for (const run of [found, refused]) {
        expect(run?.stderr).toContain(`warning: The file of --${flag} could not be written: ENOSPC`);
        expect(reportSchema.safeParse(JSON.parse(run?.stdout ?? '')).success).toBe(true);
      }
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'no output names a report that could not be written',
    async () => {
      const { emulator } = await world();
      const files = ['--report-file=/dev/full', '--outputs-file=PLACE/o.json'];
      const lost = await command([...wordsOf('find-version', FIND), ...files], {
        environment: signedIn(emulator),
      });
      const outputs: unknown = JSON.parse(await lost.file('o.json'));
      expect(outputs).toHaveProperty('outcome', 'ok');
      expect(outputs).not.toHaveProperty('report');
    },
  );

  test('a page that was not to be written is none that is missing', async () => {
    const { emulator } = await world();
    const words = [...wordsOf('find-version', FIND), '--summary=false', '--summary-file=PLACE/p.md'];
    expect((await command(words, { environment: signedIn(emulator) })).exitCode).toBe(0);
  });

  test('faults of the command and of the inputs are one list, in the words of the command line', async () => {
    const run = await command([
      'set-alias',
      '--modell',
      'x',
      '--version',
      'new',
      '--ci',
      'teamcity',
      '--json',
    ]);
    expect(run.exitCode).toBe(2);
    const report = reportSchema.parse(JSON.parse(run.stdout));
    expect(report.outcome).toBe('invalid');
    for (const said of [
      'Input `model` is missing. Give --model prod.ml_team.fraud_detection.',
      'Input `host` is missing. Give --host https://adb-123.4.azuredatabricks.net or set the variable DATABRICKS_HOST.',
      'Option `--modell`: there is no such flag. Did you mean --model?',
      'Option `--ci`: "teamcity" is not a known system. Write one of github, gitlab, azure-pipelines, jenkins, none.',
    ])
      expect(run.stderr).toContain(said);
    expect(run.stderr).toContain('Input `version`: ');
    expect(run.stderr).not.toContain('to the step');
  });
});

describe('secrets', () => {
  test('a token from a file, or from standard input, is used and printed nowhere', async () => {
    const { emulator } = await world();
    const environment = { DATABRICKS_HOST: emulator.url };
    const path = join(await folder(), 'token');
    await writeFile(path, 'emulator-promoter\n');
    const fromFile = await command([...wordsOf('find-version', FIND), '--token-file', path], { environment });
    const stdin = 'emulator-promoter\n';
    const fromStream = await command([...wordsOf('find-version', FIND), '--token-file', '-', '--json'], {
      environment,
      stdin,
    });
    expect([fromFile.exitCode, fromStream.exitCode]).toEqual([0, 0]);
    expect(fromFile.stderr + fromStream.stderr + fromStream.stdout).not.toContain('emulator-promoter');
    const missing = await command([...wordsOf('find-version', FIND), '--token-file', `${path}s`], {
      environment,
    });
    expect(missing.stderr).toContain('Option `--token-file` cannot be read: ENOENT');
    expect(missing.exitCode).toBe(2);
  });

  test('one without a variable of its own has one that is named after it', async () => {
    const { emulator } = await world();
    const environment = {
      ...signedIn(emulator),
      UC_PROMOTE_SOURCE_TOKEN: 'emulator-trainer',
    };
    const inputs = { source: `models:/${STAGING}/1`, destination: PROD, 'source-host': emulator.url };
    const run = await command(wordsOf('copy-version', { ...inputs, 'dry-run': 'true' }), { environment });
    expect([run.exitCode, run.stderr]).toEqual([
      0,
      expect.stringContaining('Source read as: ada@example.com'),
    ]);
  });

  test('a variable of a step is no input of a command', async () => {
    const { emulator } = await world();
    const environment = { ...signedIn(emulator), INPUT_MODEL: STAGING, INPUT_TOKEN: 'emulator-admin' };
    const run = await command(['find-version', '--registry=databricks'], { environment });
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('Input `model` is missing')]);
  });
});

test('lines from standard input', async () => {
  const { emulator } = await world();
  const words = wordsOf('find-version', { model: STAGING, where: '-' });
  const run = await command(words, {
    environment: signedIn(emulator),
    stdin: 'validation_status=approved\n',
  });
  expect(run.exitCode).toBe(0);
});

test.each([
  [{ model: STAGING, where: '-' }, [], 'Option `--where`: standard input cannot be read: EIO'],
  [FIND, ['--token-file', '-'], 'Option `--token-file` cannot be read: EIO'],
])('standard input that cannot be read is a fault of its flag: %j', async (inputs, more, said) => {
  const stdin = new Error('EIO: i/o error, read');
  const run = await command([...wordsOf('find-version', inputs), ...more], { stdin });
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(said)]);
});

describe('an action that asks first', () => {
  const asking: Action = { ...setAlias, requirements: { ...setAlias.requirements, asksFirst: true } };
  const actions = { 'set-alias': async () => asking };
  const words = wordsOf('set-alias', MOVE);

  test.each([
    ['y', 0, 1],
    ['YES', 0, 1],
    ['n', 130, undefined],
    ['', 130, undefined],
    ['yep', 130, undefined],
  ])(
    'at a terminal shows its changes and takes %j for an answer: exit code %i',
    async (said, code, version) => {
      const { emulator } = await world();
      const run = await command(words, { actions, environment: signedIn(emulator), says: [said] });
      expect(run.asked).toEqual(['Make these changes? [y/N] ']);
      expect(run.stderr).toContain('Planned changes:\n');
      expect(run.stderr.slice(0, run.stderr.indexOf('Checks'))).toContain('Challenger');
      expect([run.exitCode, emulator.state().models[PROD]?.aliases['Challenger']]).toEqual([code, version]);
      if (code !== 0) expect(run.stderr).toContain('Not confirmed: no change was begun');
    },
  );

  test('asks nothing with --yes, in a dry run, and where there is nothing to change', async () => {
    const { emulator } = await world();
    const how = { actions, environment: signedIn(emulator), says: [] };
    const dry = await command([...words, '--dry-run'], how);
    const made = await command([...words, '--yes'], how);
    const again = await command(words, how);
    expect([dry, made, again].map(({ asked, exitCode }) => [asked, exitCode])).toEqual([
      [[], 0],
      [[], 0],
      [[], 0],
    ]);
    expect(emulator.state().models[PROD]?.aliases['Challenger']).toBe(1);
  });

  test.each([[[], undefined] as const, [['--no-input'], ['y']] as const])(
    'where nobody is to be asked it needs --yes, and begins nothing: %j',
    async (more, says) => {
      const { emulator } = await world();
      const environment = signedIn(emulator);
      const call = { actions, environment, ...(says === undefined ? {} : { says: [...says] }) };
      const run = await command([...words, ...more], call);
      expect([run.exitCode, run.asked]).toEqual([2, []]);
      expect(run.stderr).toContain(
        'Option `--yes`: set-alias asks for confirmation before it writes, but it cannot ask here',
      );
      expect(emulator.requests).toEqual([]);
      expect((await command([...words, ...more, '--yes'], call)).exitCode).toBe(0);
    },
  );

  test('shows the facts and the warnings that its changes rest on before it asks', async () => {
    const { emulator } = await world();
    const noted: Action = {
      ...asking,
      async plan(context) {
        if (setAlias.plan === undefined) throw new TypeError('It plans nothing.');
        const plan = await setAlias.plan(context);
        const finding = { severity: 'warning', message: 'Version 1 is\nold.', fix: 'Look at it.' } as const;
        context.record.warn('Age', { code: 'old', ...finding });
        return plan;
      },
    };
    const how = { actions: { 'set-alias': async () => noted }, environment: signedIn(emulator), says: ['n'] };
    const run = await command(words, how);
    const shown = run.stderr.slice(0, run.stderr.indexOf('Planned changes:'));
    expect(shown).toContain('Based on:\n');
    expect(shown).toContain(`Alias: ${PROD}@Challenger`);
    expect(shown).toMatch(/Warnings:\n  Version 1 is\S*\s?old\. Look at it\.\n$/u);
  });

  test('ends at once, with its page and its report, where it is cancelled at the question', async () => {
    const { emulator } = await world();
    const before = process.listenerCount('SIGTERM');
    const says = [
      async (signal: AbortSignal) => {
        expect(process.listenerCount('SIGTERM')).toBe(before + 1);
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
        process.emit('SIGTERM');
        await aborted;
        return '';
      },
    ];
    const how = { actions, environment: signedIn(emulator), says };
    const run = await command([...words, '--json'], how);
    expect([run.exitCode, emulator.state().models[PROD]?.aliases['Challenger']]).toEqual([130, undefined]);
    expect(run.stderr).toContain('Not confirmed: no change was begun');
    expect(reportSchema.parse(JSON.parse(run.stdout))).toMatchObject({ error: { code: 'cancelled' } });
  });

  test('as a step of a workflow it asks nobody', async () => {
    const { run } = await world();
    expect((await run(asking, MOVE)).outputs['outcome']).toBe('ok');
  });
});

describe('how the page looks', () => {
  const BOLD = '\u001b[1m';
  test.each([
    ['a terminal', {}, [], true],
    ['no terminal', {}, undefined, false],
    ['a terminal, NO_COLOR', { NO_COLOR: '1' }, [], false],
    ['a terminal that is dumb', { TERM: 'dumb' }, [], false],
    ['no terminal, FORCE_COLOR', { FORCE_COLOR: '1' }, undefined, true],
    ['FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
  ] as const)('%s', async (_, variables, says, isStyled) => {
    const { emulator } = await world();
    const environment = { ...signedIn(emulator), ...variables };
    const run = await command(wordsOf('find-version', FIND), {
      environment,
      ...(says === undefined ? {} : { says }),
    });
    expect(run.stderr.includes(BOLD)).toBe(isStyled);
    if (!isStyled) expect(run.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
  });
});
