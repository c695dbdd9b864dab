import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startEmulator, type Emulator } from '../../../../emulator/index.ts';
import { root } from '../../../../scripts/peers/folder.ts';
import { GitRepository } from '../../../github/git-repository.ts';
import { startGitHub, type GitHubStub } from '../../../github/stub.ts';
import { actionExists } from '../../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../../harness/outcome.ts';
import type { PeerContext } from '../../harness/script.ts';
import { makeActRepository, type ActRepository } from './repository.ts';
import type { ActRun } from './run.ts';

/** The workflow that these cases run. */
export const PIN_WORKFLOW = 'sync-aliases.yml';

const folder = '.github/workflows';
const caller = `${folder}/caller.yml`;
const place = 'acme/models';
const prod = 'prod.ml_team.fraud_detection';
const token = 'ghs_0123456789abcdefghij';
const file = 'aliases/fraud.yml';
const pinned = (target: string) => ({ [file]: `${prod}:\n  Champion: ${target}\n` });
const copy = 'staging.ml_team.fraud_detection/1';

/** A pull request that changes a pin, from its opening to the revert, in act with a repository of Git behind GitHub. */
export async function* actPins({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('act, pins')) return;
  if (!(await actionExists('sync-aliases'))) {
    yield missingBundle('act, pins', 'sync-aliases');
    return;
  }
  const emulator = await startEmulator({ seed: 'demo' });
  const gitHub = await startGitHub();
  const git = new GitRepository();
  let repository: ActRepository | undefined;
  try {
    gitHub.addGit(place, git);
    gitHub.addToken(token, ['contents: read', 'pull-requests: read', 'pull-requests: write']);
    gitHub.permit(place, 'linus', 'write');
    git.commit('main', pinned('1'));
    repository = await makeActRepository(python, await files());
    const scene: Scene = { emulator, gitHub, git, repository };
    git.branchOff('promote');
    git.commit('promote', pinned(copy));
    yield await check('act, pins: an open pull request shows what would move', async () =>
      ended(scene, await pulled(scene, 1, 'promote'), 'ok', 1),
    );
    yield await check('act, pins: an alias that somebody else moved is a conflict', async () => {
      emulator.metastore.addVersion(prod, {});
      emulator.metastore.setAlias(prod, 'Champion', 2);
      const run = await pulled(scene, 1, 'promote');
      const said = ended(scene, run, 'conflict', 2);
      emulator.metastore.setAlias(prod, 'Champion', 1);
      return said;
    });
    yield await check('act, pins: the merge moves it to a copy', async () =>
      ended(scene, await merged(scene, 1, 'promote'), 'ok', 3),
    );
    yield await check('act, pins: the merge of the revert moves it back', async () => {
      git.revert(git.branch('main') ?? '', 'revert');
      return ended(scene, await merged(scene, 2, 'revert'), 'ok', 1);
    });
    same(emulator.violations, [], 'violations');
  } finally {
    await repository?.close();
    git.close();
    await gitHub.close();
    await emulator.close();
  }
}

interface Scene {
  readonly emulator: Emulator;
  readonly gitHub: GitHubStub;
  readonly git: GitRepository;
  readonly repository: ActRepository;
}

/** Our workflow, and one that calls it: act knows no workflow of a job, and checks its own repository out. */
async function files(): Promise<Record<string, string>> {
  const text = await readFile(join(root, folder, PIN_WORKFLOW), 'utf8');
  const own = text.replace(
    '          repository: ${{ job.workflow_repository }}\n          ref: ${{ job.workflow_sha }}\n',
    '',
  );
  const call = {
    uses: `./${folder}/${PIN_WORKFLOW}`,
    permissions: { contents: 'read', 'pull-requests': 'write', 'id-token': 'write' },
    with: { pins: 'aliases' },
    secrets: { DATABRICKS_TOKEN: '${{ secrets.DATABRICKS_TOKEN }}' },
  };
  return {
    [`${folder}/${PIN_WORKFLOW}`]: own,
    [caller]: stringify({ on: ['push', 'pull_request'], jobs: { call } }),
  };
}

function pulled(scene: Scene, number: number, branch: string): Promise<ActRun> {
  const repo = { id: 1, full_name: place };
  const sha = scene.git.branch(branch) ?? '';
  const base = { sha: scene.git.branch('main'), ref: 'main', repo };
  return play(scene, 'pull_request', sha, {
    pull_request: { number, head: { sha, ref: branch, repo }, base },
    repository: { id: 1, full_name: place, default_branch: 'main' },
  });
}

function merged(scene: Scene, number: number, branch: string): Promise<ActRun> {
  const { git, gitHub } = scene;
  const head = git.branch(branch) ?? '';
  const { before, after } = git.merge(branch);
  gitHub.addCommit(place, head, { author: 'ada' });
  gitHub.addPull(place, { number, author: 'ada', head, mergeCommit: after, reviews: [{ login: 'linus' }] });
  return play(scene, 'push', after, {
    ref: 'refs/heads/main',
    before,
    after,
    repository: { id: 1, full_name: place, default_branch: 'main' },
    sender: { login: 'grace', type: 'User' },
  });
}

function play({ repository, emulator, gitHub }: Scene, event: string, sha: string, payload: object) {
  return repository.run({
    workflow: caller,
    event,
    payload,
    secrets: { DATABRICKS_TOKEN: 'emulator-promoter', GITHUB_TOKEN: token },
    vars: { DATABRICKS_HOST: emulator.url },
    env: { GITHUB_API_URL: gitHub.url, GITHUB_RUN_ID: '4242', GITHUB_ACTOR: 'grace', GITHUB_SHA: sha },
  });
}

/** Throws unless a run ended so; what it said. */
function ended({ emulator }: Scene, run: ActRun, outcome: string, champion: number): string {
  const step = run.steps.find(({ outputs }) => outputs['outcome'] !== undefined);
  same(step?.outputs['outcome'], outcome, `outcome (${run.end})`);
  same(emulator.state().models[prod]?.aliases, { Champion: champion }, 'aliases');
  return `${outcome}, Champion ${champion}`;
}
