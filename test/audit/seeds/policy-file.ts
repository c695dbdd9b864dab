import { MemoryGit } from '../../github/git-objects.ts';
import { startGitHub } from '../../github/stub.ts';

/** The alias of the seeded models that the policy protects; it says nothing of the others. */
export const GUARDED = 'Guarded';

/** The status that the version of such an alias must have. */
export const RELEASED = { release_status: 'released' } as const;

/** The policy of the repository beside a seeded registry. */
export const SEED_POLICY = `version: 1
models:
  - match: audited.*
    protected: [${GUARDED}]
    require:
      status: released
      status-key: release_status
      signature: true
      origin: origin.*
      min-age: 24h
`;

const PLACE = 'acme/models';
const TOKEN = 'ghs_0123456789abcdefghij';

/** A GitHub whose default branch has the policy, and what an audit is given to read it. */
export async function policyHost() {
  const github = await startGitHub();
  const git = new MemoryGit();
  github.addToken(TOKEN, ['contents: read']);
  github.addGit(PLACE, git);
  git.setBranch('main', git.commit({ '.github/model-promotion.yml': SEED_POLICY }), true);
  return {
    inputs: { policy: 'required', 'github-token': TOKEN },
    environment: { GITHUB_API_URL: github.url },
    close: () => github.close(),
  };
}
