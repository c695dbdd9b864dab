import { MemoryGit } from '../github/git-objects.ts';
import { startGitHub } from '../github/stub.ts';

const PLACE = 'acme/models';
const PATH = '.github/model-promotion.yml';
const TOKEN = 'ghs_0123456789abcdefghij';
const RIGHTS = ['contents: read'];

/** The inputs by which an action keeps to the policy of a {@link PolicyHost}. */
export const KEEPS_TO_POLICY = { policy: 'required', 'github-token': TOKEN } as const;

/** The repository whose default branch has the policy of a scenario, in the world of one trial. */
export interface PolicyHost {
  /** Variables of the job that lead to it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Puts another text in place of the policy, or takes the file away; returns what undoes that. */
  replace(this: void, text: string | undefined): () => void;
  /** Takes the right to read it from the job; returns what undoes that. */
  hide(this: void): () => void;
  close(this: void): Promise<void>;
}

/** Starts a GitHub that has nothing but this policy. */
export async function startPolicyHost(policy: string): Promise<PolicyHost> {
  const github = await startGitHub();
  const git = new MemoryGit();
  github.addToken(TOKEN, RIGHTS);
  github.addGit(PLACE, git);
  const commit = (text: string | undefined) =>
    git.setBranch(
      'main',
      git.commit({ 'README.md': '# Models', ...(text === undefined ? {} : { [PATH]: text }) }),
      true,
    );
  commit(policy);
  return {
    variables: { GITHUB_API_URL: github.url },
    replace(text) {
      commit(text);
      return () => commit(policy);
    },
    hide() {
      github.addToken(TOKEN, []);
      return () => github.addToken(TOKEN, RIGHTS);
    },
    close: () => github.close(),
  };
}
