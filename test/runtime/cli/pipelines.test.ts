import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import { splitCommandLine } from '../../../src/domain/command-line.ts';
import { world } from '../../actions/harness.ts';
import { ROOT } from '../../imports.ts';
import { command, folder, signedIn, type CommandRun } from './bench.ts';
import { commandsIn } from './commands.ts';
import { azureCommandsIn, gitlabVariables } from './log-readers.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';

/** A pipeline of docs/other-ci.md. */
interface Pipeline {
  /** The first line of its block. */
  readonly begins: string;
  /** What the system says of a pipeline by its number. */
  variables(number: string): Record<string, string>;
  /** The folder of each variable of the commands that names one, and of a path without one. */
  readonly folders: readonly string[];
  /** How the digest comes to the second job. */
  digest(plan: CommandRun, place: string): Promise<string | undefined>;
}

/** A documented pipeline in a world of its own, and what its two jobs do. */
interface Scene {
  readonly emulator: Emulator;
  /** The folder of its artifacts. */
  readonly place: string;
  plan(this: void): Promise<CommandRun>;
  apply(this: void, digest?: string, number?: string): Promise<CommandRun>;
}

const PIPELINES: Readonly<Record<string, Pipeline>> = {
  GitLab: {
    begins: '# .gitlab-ci.yml',
    variables: (number) => ({
      GITLAB_CI: 'true',
      CI_SERVER_HOST: 'gitlab.example.com',
      CI_PROJECT_PATH: 'acme/models',
      CI_COMMIT_REF_NAME: 'main',
      CI_JOB_ID: `99${number}`,
      CI_PIPELINE_ID: number,
      CI_COMMIT_SHA: SHA,
    }),
    folders: ['ucp/'],
    digest: async (_, place) =>
      gitlabVariables(await readFile(join(place, 'plan.env'), 'utf8'))['UCP_PLAN_DIGEST'],
  },
  'Azure Pipelines': {
    begins: '# azure-pipelines.yml',
    variables: (number) => ({
      TF_BUILD: 'True',
      SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
      SYSTEM_TEAMPROJECT: 'models',
      BUILD_DEFINITIONNAME: 'promote',
      BUILD_SOURCEBRANCH: 'refs/heads/main',
      BUILD_BUILDID: number,
      BUILD_SOURCEVERSION: SHA,
    }),
    folders: ['$BUILD_ARTIFACTSTAGINGDIRECTORY/', '$PIPELINE_WORKSPACE/plan/'],
    digest: async ({ stderr }) =>
      azureCommandsIn(stderr).find(({ properties }) => properties['variable'] === 'UCP_PLAN_DIGEST')?.data,
  },
  Jenkins: {
    begins: '// Jenkinsfile',
    variables: (number) => ({
      JENKINS_URL: 'https://ci.example.com/',
      JOB_NAME: 'promote',
      BUILD_NUMBER: number,
      GIT_COMMIT: SHA,
    }),
    folders: ['ucp/'],
    digest: async (_, place) =>
      (JSON.parse(await readFile(join(place, 'plan-outputs.json'), 'utf8')) as Record<string, string>)[
        'plan-digest'
      ],
  },
};

/** The block of the page that begins with a line, and the commands in it. */
async function documented(begins: string): Promise<{ readonly block: string; readonly commands: string[] }> {
  const page = await readFile(join(ROOT, 'docs/other-ci.md'), 'utf8');
  const block = page.split(/^(?=```)/mu).find((each) => each.split('\n')[1] === begins);
  if (block === undefined) throw new Error(`docs/other-ci.md has no block that begins with ${begins}`);
  return { block, commands: commandsIn(`${block}\n\`\`\``) };
}

describe.each(Object.entries(PIPELINES))('the pipeline of %s', (_, pipeline) => {
  async function scene(): Promise<Scene> {
    const { emulator } = await world();
    const place = await folder();
    const { commands } = await documented(pipeline.begins);
    const [first = '', second = ''] = commands;
    const run = async (line: string, number: string, more: Readonly<Record<string, string>> = {}) => {
      const values: Record<string, string> = { ...more, ...VARIABLES };
      const words = splitCommandLine(line).map((word) => {
        const inPlace = pipeline.folders.reduce((text, each) => text.replace(each, `${place}/`), word);
        return inPlace.replace(/\$(\w+)/u, (__, name: string) => values[name] ?? '');
      });
      const environment = { ...signedIn(emulator), ...pipeline.variables(number) };
      return command([...words, '--registry=databricks'], { environment });
    };
    const plan = () => run(first, '7');
    const apply = (digest = '', number = '7') =>
      run(second, number, { UCP_PLAN_DIGEST: digest, PLAN_DIGEST: digest });
    return { emulator, place, plan, apply };
  }

  test('has two commands: promote until validate, and apply with the digest; nothing else promotes', async () => {
    const { block, commands } = await documented(pipeline.begins);
    expect(commands.map((each) => each.split(' ')[0])).toEqual(['promote', 'apply']);
    expect(commands[0]).toContain('--until validate');
    expect(block).not.toContain('--dry-run');
  });

  test('makes what was planned and nothing before: the alias moves in the second job', async () => {
    const { emulator, plan, place, apply } = await scene();
    const planned = await plan();
    expect(planned.exitCode, planned.stderr).toBe(0);
    expect(championOf(emulator)).toBe(1);
    const digest = await pipeline.digest(planned, place);
    expect(digest).toMatch(/^[0-9a-f]{64}$/u);
    const applied = await apply(digest);
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect(championOf(emulator)).toBe(2);
  });

  test.each<[string, number, number, (made: Scene, digest: string) => Promise<CommandRun>]>([
    ['another build', 3, 1, async ({ apply }, digest) => apply(digest, '8')],
    ['another digest', 3, 1, async ({ apply }, digest) => apply([...digest].toReversed().join(''))],
    [
      'a file that was replaced',
      3,
      1,
      async ({ apply, place }, digest) => {
        const file = join(place, 'plan.json');
        await writeFile(file, (await readFile(file, 'utf8')).replace('"to":2', '"to":1'));
        return apply(digest);
      },
    ],
    [
      'an alias that somebody moved',
      5,
      3,
      async ({ apply, emulator }, digest) => {
        moreVersions(emulator.metastore);
        emulator.metastore.setAlias(PROD, 'Champion', 3);
        return apply(digest);
      },
    ],
  ])('refuses %s, and moves nothing', async (__, code, left, act) => {
    const made = await scene();
    const digest = (await pipeline.digest(await made.plan(), made.place)) ?? '';
    const refused = await act(made, digest);
    expect(refused.exitCode, refused.stderr).toBe(code);
    expect(championOf(made.emulator)).toBe(left);
  });
});

/** What the blocks set for all of their jobs. */
const VARIABLES = { SOURCE: 'models:/staging.ml_team.fraud_detection/1', DESTINATION: PROD };

function championOf(emulator: Emulator): number | undefined {
  return emulator.state().models[PROD]?.aliases['Champion'];
}
