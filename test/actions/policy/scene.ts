import { onTestFinished } from 'vitest';
import { moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { promote } from '../../../src/actions/promote.ts';
import type { Action } from '../../../src/actions/contract/action.ts';
import { MemoryGit } from '../../github/git-objects.ts';
import { startGitHub } from '../../github/stub.ts';
import { world, type ActionRun, type RunOptions } from '../harness.ts';

export const TOKEN = 'ghs_0123456789abcdefghij';
export const PLACE = 'acme/models';
export const PATH = '.github/model-promotion.yml';

/** A policy with one rule for the demo's models, of these lines. */
export function policy(...lines: readonly string[]): string {
  return ['version: 1', 'models:', `  - match: ${PROD}`, ...lines.map((line) => `    ${line}`), ''].join(
    '\n',
  );
}

/** A window that is always open: two of them that meet. */
export const FROZEN = `freeze:
  - { name: first half, time-zone: Europe/Berlin, from: monday 00:00, until: thursday 12:00 }
  - { name: second half, time-zone: Europe/Berlin, from: thursday 12:00, until: monday 00:00 }
`;

type Inputs = Readonly<Record<string, string>>;

/** The inputs of a promotion of the demo's model, under a policy. */
export const PROMOTION: Inputs = { source: `models:/${STAGING}/1`, destination: PROD };

/** The demo's world beside a GitHub whose default branch has a policy file. */
export async function scene(text: string | undefined, rights: readonly string[] = ['contents: read']) {
  const [github, demo] = await Promise.all([startGitHub(), world()]);
  onTestFinished(() => github.close());
  moreVersions(demo.emulator.metastore);
  const source = demo.emulator.metastore.model(STAGING).versions.get(1);
  if (source !== undefined) source.createdAt -= 2 * 24 * 3_600_000;
  github.addToken(TOKEN, rights);
  const git = new MemoryGit();
  github.addGit(PLACE, git);
  /** Commits a policy on a branch, and returns the commit. */
  const commit = (content: string | undefined, branch = 'main', isProtected = true): string => {
    const made = git.commit(content === undefined ? {} : { [PATH]: content, 'README.md': content });
    git.setBranch(branch, made, isProtected);
    return made;
  };
  const first = commit(text);
  const run = (action: Action, inputs: Inputs, options: RunOptions = {}): Promise<ActionRun> =>
    demo.run(
      action,
      { policy: 'required', 'github-token': TOKEN, ...inputs },
      { ...options, environment: { GITHUB_API_URL: github.url, ...options.environment } },
    );
  return {
    ...demo,
    github,
    git,
    commit,
    first,
    run,
    promoted: (inputs: Inputs = {}, options: RunOptions = {}) =>
      run(promote, { ...PROMOTION, ...inputs }, options),
  };
}

/** The version that Champion names. */
export function championOf({ after }: Pick<ActionRun, 'after'>): number | undefined {
  return after.models[PROD]?.aliases['Champion'];
}

/** How a run ended, and the codes of what its policy said. */
export function endOf(seen: ActionRun): readonly [outcome: string | undefined, codes: readonly string[]] {
  const codes = seen.report.checks
    .filter(({ name }) => name.startsWith('Policy'))
    .flatMap(({ decision }) => decision?.findings.map(({ code }) => code) ?? []);
  return [seen.outputs['outcome'], codes];
}
