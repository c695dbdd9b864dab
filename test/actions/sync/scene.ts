import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { syncAliases } from '../../../src/actions/sync-aliases.ts';
import { MemoryGit, type GitFile } from '../../github/git-objects.ts';
import { startGitHub } from '../../github/stub.ts';
import type { StubPullReview } from '../../github/bodies.ts';
import { world, type ActionRun, type RunOptions } from '../harness.ts';

export const TOKEN = 'ghs_0123456789abcdefghij';
const PLACE = 'acme/models';
const RIGHTS = ['contents: read', 'pull-requests: read'];

export type Files = Readonly<Record<string, GitFile>>;

/** One file of pins, of the demo's model unless said otherwise. */
export function pins(aliases: Readonly<Record<string, string | number>>, model = PROD): string {
  const lines = Object.entries(aliases).map(([alias, target]) => `  ${alias}: ${target}`);
  return `${model}:\n${lines.join('\n')}\n`;
}

/** What is pinned in a folder, beside files that are no pins. */
export function folder(text: string): Files {
  return { 'README.md': '# Models', 'aliases/README.md': 'no: pins', 'aliases/fraud.yml': text };
}

/** The copy of a version of the demo's staging model, as a pin. */
export const copyOf = (version: number) => `${STAGING}/${version}`;

export interface SceneOptions {
  readonly rights?: readonly string[];
  readonly emulator?: EmulatorOptions;
}

/** How a state of the repository came to follow another. */
export interface Merge {
  readonly reviews?: readonly StubPullReview[];
  /** What the pull request had; default: what was merged. */
  readonly reviewed?: Files;
  readonly author?: string;
  readonly fork?: string;
  /** Files that later commits of the branch have. */
  readonly tip?: Files;
  readonly branch?: string;
}

export const APPROVED: readonly StubPullReview[] = [{ login: 'grace', state: 'APPROVED' }];

/** The demo's world beside a GitHub whose repository has pins. */
export async function scene({ rights = RIGHTS, emulator }: SceneOptions = {}) {
  const [github, demo] = await Promise.all([startGitHub(), world(emulator)]);
  onTestFinished(() => github.close());
  github.addToken(TOKEN, rights);
  github.permit(PLACE, 'grace', 'write');
  const git = new MemoryGit();
  github.addGit(PLACE, git);

  const run = async (
    event: object,
    { name, sha }: { readonly name: string; readonly sha: string },
    inputs: Readonly<Record<string, string>>,
    options: RunOptions = {},
  ): Promise<ActionRun> =>
    demo.run(
      syncAliases,
      { pins: 'aliases', 'github-token': TOKEN, ...inputs },
      {
        ...options,
        environment: {
          GITHUB_API_URL: github.url,
          GITHUB_EVENT_NAME: name,
          GITHUB_EVENT_PATH: await eventFile(event),
          GITHUB_SHA: sha,
          ...options.environment,
        },
      },
    );

  let number = 0;
  /** Merges a pull request from a base to what it changes, and runs for the push of it. */
  const merge = async (
    before: Files,
    after: Files,
    { reviews = APPROVED, reviewed, author = 'lin', fork, tip, branch = 'main' }: Merge = {},
    inputs: Readonly<Record<string, string>> = {},
    options: RunOptions = {},
  ) => {
    number += 1;
    const base = git.commit(before);
    const head = git.commit(reviewed ?? after, base);
    const sha = git.commit(after, base);
    git.setBranch(branch, tip === undefined ? sha : git.commit(tip, sha));
    github.addCommit(PLACE, head, { author });
    github.addPull(PLACE, {
      number,
      author,
      head,
      mergeCommit: sha,
      reviews,
      ...(fork === undefined ? {} : { fork }),
    });
    const event = {
      ref: `refs/heads/${branch}`,
      before: base,
      after: sha,
      repository: { id: 1, default_branch: 'main' },
      sender: { login: 'ada', type: 'User' },
    };
    return run(event, { name: 'push', sha }, inputs, options);
  };

  /** Runs for a pull request that is open. */
  const open = async (
    before: Files,
    after: Files,
    {
      fork,
      event = 'pull_request',
      again,
    }: { readonly fork?: true; readonly event?: string; readonly again?: true } = {},
    inputs: Readonly<Record<string, string>> = { 'dry-run': 'true' },
    options: RunOptions = {},
  ) => {
    if (again === undefined) number += 1;
    const base = git.commit(before);
    const head = git.commit(after, base);
    // The base branch went on meanwhile: that is no change of the pull request.
    const moved = git.commit({ ...before, 'other.txt': 'later' }, base);
    git.setBranch('main', moved);
    const pull = {
      number,
      head: { sha: head, repo: { id: fork ? 2 : 1 } },
      base: { sha: moved, repo: { id: 1 } },
    };
    return run({ pull_request: pull }, { name: event, sha: head }, inputs, options);
  };
  return { ...demo, github, git, merge, open, run, metastore: demo.emulator.metastore };
}

export type Scene = Awaited<ReturnType<typeof scene>>;

async function eventFile(event: object): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'uc-promote-event-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const path = join(place, 'event.json');
  await writeFile(path, JSON.stringify(event));
  return path;
}

/** The output `pins`. */
export function pinsOf(seen: ActionRun): Record<string, unknown>[] {
  return JSON.parse(seen.outputs['pins'] ?? '[]') as Record<string, unknown>[];
}

/** What an alias of the demo's model names after a run. */
export function championOf(seen: ActionRun, alias = 'Champion', model = PROD): number | undefined {
  return seen.after.models[model]?.aliases[alias];
}
