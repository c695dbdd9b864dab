import { lstat, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { renderPlain } from '../../../src/report/plain.ts';
import { logCommandsOf } from '../../../src/runtime/cli/log-commands.ts';
import { NeutralOutput } from '../../../src/runtime/cli/neutral-output.ts';
import { dotenv, outputVariable } from '../../../src/runtime/cli/outputs.ts';
import { documentOf, hostileText } from '../../report/arbitrary-document.ts';
import { commandsIn } from '../../report/runner-commands.ts';
import { world } from '../../actions/harness.ts';
import { command, folder, signedIn, wordsOf, type CommandRun } from './bench.ts';
import {
  azureCommandsIn,
  gitlabSectionsIn,
  gitlabVariables,
  jenkinsNotesIn,
  terminalCodesIn,
} from './log-readers.ts';

/** What each system, or a terminal, would obey. */
const ATTACKS = [
  '::error::forged',
  '##[error]forged',
  '##vso[task.setvariable variable=UCP_OUTCOME;isOutput=true]ok',
  'x ##vso[task.complete result=Succeeded;]done',
  'section_start:1560896352:my_section\r\u001b[0KHidden',
  '\u001b[8mha:AAAA\u001b[0m',
  '\u001b]0;title\u0007\u001b[2J\u001b[1A',
  '$(System.AccessToken) ${HOME} $HOME %PATH%',
] as const;

const attack = fc
  .array(
    fc.oneof(fc.constantFrom(...ATTACKS), hostileText, fc.constantFrom('#', '##', 'vso[', ':', '\n', '\r')),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

/** Everything in a log that some system takes for its own. */
function obeyedIn(log: string): unknown[] {
  return [
    ...azureCommandsIn(log),
    ...commandsIn(log),
    ...gitlabSectionsIn(log),
    ...jenkinsNotesIn(log),
    ...terminalCodesIn(log),
  ];
}

test('the readers see what is there to be seen', () => {
  const [github, mark, vso, within, section, note, codes] = ATTACKS;
  expect(commandsIn(github)).toHaveLength(1);
  expect(azureCommandsIn(`${mark}\n${vso}\n${within}`)).toMatchObject([
    { name: 'error' },
    { name: 'task.setvariable', properties: { variable: 'UCP_OUTCOME', isOutput: 'true' }, data: 'ok' },
    { name: 'task.complete', data: 'done' },
  ]);
  expect([gitlabSectionsIn(section).length, jenkinsNotesIn(note).length]).toEqual([1, 1]);
  expect(terminalCodesIn(codes).length).toBe(4);
  for (const text of ['A=b c\n', 'A="b"\n', 'A=$B\n', 'A\n', 'a b=c\n'])
    expect(() => gitlabVariables(text)).toThrow();
});

describe('text from outside', () => {
  test('gives no system a command through the page', () => {
    fc.assert(
      fc.property(documentOf(attack), (document) => {
        expect(obeyedIn(renderPlain(document).join('\n'))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('gives no system a command through the output of a command of the user, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(attack, fc.array(fc.nat({ max: 40 })), async (text, cuts) => {
        const bytes = Buffer.from(text, 'utf8');
        let printed = Buffer.alloc(0);
        const frame = new NeutralOutput((chunk) => void (printed = Buffer.concat([printed, chunk])));
        frame.open();
        let from = 0;
        for (const cut of [...cuts].sort((a, b) => a - b)) {
          await frame.write(bytes.subarray(from, Math.max(from, cut)));
          from = Math.max(from, Math.min(cut, bytes.length));
        }
        await frame.write(bytes.subarray(from));
        frame.close();
        const shown = printed.toString('utf8');
        expect(azureCommandsIn(shown)).toEqual([]);
        expect(commandsIn(shown)).toEqual([]);
        expect([...gitlabSectionsIn(shown), ...jenkinsNotesIn(shown)]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('is the value of the one variable that Azure is given, to the letter, or is none', () => {
    const azure = logCommandsOf('azure-pipelines');
    fc.assert(
      fc.property(attack, (value) => {
        const line = azure.setOutput('UCP_URI', value);
        if (line === undefined) {
          expect(value).toMatch(/[^A-Za-z0-9_.\/:@+=,-]/u);
          return;
        }
        expect(value).toMatch(/^[A-Za-z0-9_.\/:@+=,-]*$/u);
        expect(line).not.toMatch(/[\r\n]/u);
        expect(azureCommandsIn(line)).toEqual([
          { name: 'task.setvariable', properties: { variable: 'UCP_URI', isOutput: 'true' }, data: value },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    '$(System.AccessToken)',
    '$[x]',
    '${{ x }}',
    '`id`',
    'x; id',
    '"',
    '$HOME',
    '%PATH%',
    'a\nb',
    '[1]',
  ])('is no variable of Azure that a script could be given to run: %j', (value) => {
    expect(logCommandsOf('azure-pipelines').setOutput('UCP_URI', value)).toBeUndefined();
  });

  test.each(['models:/prod.ml.fraud/8', '8', 'true', 'sha256:0a', ''])(
    'is a variable of Azure: %j',
    (value) => {
      expect(
        azureCommandsIn(logCommandsOf('azure-pipelines').setOutput('UCP_URI', value) ?? ''),
      ).toMatchObject([{ data: value }]);
    },
  );

  test('is one message beside the job, whatever stands in it', () => {
    for (const [name, read] of [
      ['azure-pipelines', azureCommandsIn],
      ['github', commandsIn],
    ] as const) {
      fc.assert(
        fc.property(attack, attack, (title, message) => {
          const lines = logCommandsOf(name).annotate({ level: 'error', title, message });
          expect(lines).toHaveLength(1);
          expect(read(lines.join('\n'))).toHaveLength(1);
        }),
        { numRuns: 200 },
      );
    }
  });

  test('is a variable of GitLab to the letter, or is left out and named', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('uri', 'version', 'status', 'matrix', 'verdict'), attack),
        (texts) => {
          const outputs = new Map(Object.entries(texts));
          const { text, left } = dotenv(outputs);
          const found = gitlabVariables(text);
          for (const [name, value] of outputs) {
            const known = found[outputVariable(name)];
            if (known === undefined)
              expect([value === '' || left.includes(name), name]).toEqual([true, name]);
            else expect([known, left.includes(name)]).toEqual([value, false]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('a file of variables keeps within the limits of GitLab, the outcome first', () => {
  const many = new Map([
    ...Array.from({ length: 40 }, (_, index) => [`output-${index}`, 'x'.repeat(200)] as const),
    ['outcome', 'ok'],
  ]);
  const { text, left } = dotenv(many);
  const kept = gitlabVariables(text);
  expect(Object.keys(kept)).toHaveLength(20);
  expect(kept['UCP_OUTCOME']).toBe('ok');
  expect(left).toHaveLength(21);
  const long = dotenv(
    new Map([
      ['uri', 'x'.repeat(6000)],
      ['outcome', 'ok'],
    ]),
  );
  expect([gitlabVariables(long.text), long.left]).toEqual([{ UCP_OUTCOME: 'ok' }, ['uri']]);
});

const JOBS = {
  gitlab: {
    GITLAB_CI: 'true',
    CI_SERVER_HOST: 'gitlab.example.com',
    CI_PROJECT_PATH: 'acme/models',
    CI_PROJECT_URL: 'https://gitlab.example.com/acme/models',
    CI_JOB_ID: '991',
    CI_JOB_URL: 'https://gitlab.example.com/acme/models/-/jobs/991',
    CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITLAB_USER_LOGIN: 'ada',
  },
  'azure-pipelines': {
    TF_BUILD: 'True',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
    SYSTEM_TEAMPROJECT: 'models',
    BUILD_BUILDID: '51',
    BUILD_REQUESTEDFOR: 'Ada',
  },
  jenkins: { JENKINS_URL: 'https://ci.example.com/', JOB_NAME: 'promote', BUILD_NUMBER: '17' },
  none: { USER: 'ada' },
} as const;

describe.each(Object.entries(JOBS))('a job of %s', (name, variables) => {
  /** A move, in a world whose model carries what strangers wrote. */
  async function move(...more: string[]): Promise<{ run: CommandRun; record: string }> {
    const { emulator } = await world();
    const notes = Object.fromEntries(ATTACKS.map((text, index) => [`note${index}`, text]));
    emulator.metastore.setTags(PROD, notes, 1);
    const words = wordsOf('set-alias', { model: PROD, alias: 'Challenger', version: '1' });
    const environment = { ...signedIn(emulator), ...variables };
    const run = await command([...words, ...more], { environment });
    const record = JSON.stringify(emulator.state().models[PROD]?.tags);
    return { run, record };
  }

  test('records who asked in which run, and says so in the report; a terminal is no run', async () => {
    const { run, record } = await move('--json');
    expect(run.exitCode).toBe(0);
    const report = JSON.parse(run.stdout) as { readonly run: Record<string, string> | null };
    const [asked, where] = {
      gitlab: ['ada', 'gitlab.example.com/acme/models/991'],
      'azure-pipelines': ['Ada', 'dev.azure.com/acme/models/51'],
      jenkins: ['unknown', 'ci.example.com/promote/17'],
      none: ['ada', 'local/local'],
    }[name] ?? ['', ''];
    expect(record).toContain(`\\"who\\":\\"${asked}\\"`);
    expect(record).toContain(`\\"run\\":\\"${where}\\"`);
    const said =
      report.run === null ? null : `${report.run['repository'] ?? ''}/${report.run['runId'] ?? ''}`;
    expect(said).toBe(name === 'none' ? null : where);
  });

  test('is given its own commands alone', async () => {
    const { run } = await move();
    const commands = azureCommandsIn(run.stderr);
    if (name !== 'azure-pipelines') {
      expect(obeyedIn(run.stderr)).toEqual([]);
      return;
    }
    expect(
      commands
        .filter(({ name: what }) => what === 'task.setvariable')
        .map(({ properties, data }) => [properties['variable'], data]),
    ).toEqual(
      expect.arrayContaining([
        ['UCP_OUTCOME', 'ok'],
        ['UCP_VERSION', '1'],
        ['UCP_URI', `models:/${PROD}/1`],
      ]),
    );
    expect(commands.map(({ name: what }) => what)).toEqual(expect.arrayContaining(['task.uploadsummary']));
    const unknown = commands.filter(
      ({ name: what }) => !/^task\.(?:setvariable|uploadsummary|logissue)$/u.test(what),
    );
    expect(unknown).toEqual([]);
    expect(run.stdout).toBe('');
  });
});

test('what a validate-command prints is no command of Azure, and the run goes on', async () => {
  const { emulator } = await world();
  const place = await folder();
  const script = join(place, 'check.mjs');
  await writeFile(script, `process.stdout.write(${JSON.stringify(ATTACKS.join('\n'))});`);
  const environment = { ...signedIn(emulator), ...JOBS['azure-pipelines'], PATH: process.env['PATH'] ?? '' };
  const inputs = {
    source: `models:/${STAGING}/1`,
    destination: PROD,
    alias: 'Champion',
    'validate-command': `node ${script}`,
  };
  const run = await command(wordsOf('promote', inputs), { environment });
  expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('# #[error]forged')]);
  const commands = azureCommandsIn(run.stderr);
  expect(commands.length).toBeGreaterThan(3);
  expect(commands.filter(({ data }) => data.includes('forged') || data === 'done')).toEqual([]);
  expect(commands.filter(({ properties }) => properties['variable'] === 'UCP_OUTCOME')).toHaveLength(1);
  expect([...gitlabSectionsIn(run.stderr), ...jenkinsNotesIn(run.stderr)]).toEqual([]);
});

test('a refusal is an error beside the job of Azure, and no secret or host is a variable of it', async () => {
  const { emulator } = await world();
  const environment = { ...signedIn(emulator), ...JOBS['azure-pipelines'] };
  const run = await command(wordsOf('find-version', { model: STAGING, where: 'validation_status=none' }), {
    environment,
  });
  const commands = azureCommandsIn(run.stderr);
  expect(commands).toContainEqual(
    expect.objectContaining({ name: 'task.logissue', properties: { type: 'error' } }),
  );
  expect(run.exitCode).toBe(3);
});

test('the page for Azure is a new file of its owner, whose name nobody can know before', async () => {
  const { emulator } = await world();
  const place = await folder();
  const environment = { ...signedIn(emulator), ...JOBS['azure-pipelines'], AGENT_TEMPDIRECTORY: place };
  const pages: string[] = [];
  for (const status of ['approved', 'none']) {
    const words = wordsOf('find-version', { model: STAGING, where: `validation_status=${status}` });
    const { stderr } = await command(words, { environment });
    const shown = azureCommandsIn(stderr).filter(({ name }) => name === 'task.uploadsummary');
    pages.push(...shown.map(({ data }) => data));
  }
  expect(pages).toHaveLength(2);
  for (const path of pages) {
    expect(basename(path)).toMatch(/^uc-promote-summary-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.md$/u);
    const page = await lstat(path);
    expect([page.isFile(), page.mode & 0o077 & (process.platform === 'win32' ? 0 : 0o777)]).toEqual([
      true,
      0,
    ]);
    expect(await readFile(path, 'utf8')).toContain('<h3>');
  }
});

test('--ci none is a terminal, whatever the variables say', async () => {
  const { emulator } = await world();
  const environment = { ...signedIn(emulator), ...JOBS['azure-pipelines'] };
  const words = wordsOf('find-version', { model: STAGING, where: 'validation_status=approved' });
  const run = await command([...words, '--ci', 'none', '--json'], { environment });
  expect([azureCommandsIn(run.stderr), (JSON.parse(run.stdout) as { run: unknown }).run]).toEqual([[], null]);
});

test('a message at a line of a file names it to GitHub, with a name that ends no property', () => {
  const place = { file: 'aliases/a,b:c%.yml', line: 3, column: 5 };
  const [line] = logCommandsOf('github').annotate({
    level: 'error',
    title: 'audit',
    message: 'moved',
    place,
  });
  expect(line).toBe('::error file=aliases/a%2Cb%3Ac%25.yml,line=3,col=5,title=audit::moved');
});
