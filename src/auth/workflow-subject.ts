import { quoteWord } from '../domain/shell-word.ts';
import type { IdClaims } from './id-token.ts';

/** GitHub's issuer; a server of one's own has another, and `gh` would have to be signed in there. */
const ISSUER = 'https://token.actions.githubusercontent.com';

/** What GitHub puts between the subject that it writes without customization and the workflow. */
const KEY = ':job_workflow_ref:';

/** The names that GitHub allows for an account and a repository: nothing else becomes part of a path. */
const REPOSITORY = /^[A-Za-z\d][A-Za-z\d-]*\/(?!\.{1,2}$)[\w.-]+$/u;

/** How the subject of a job of GitHub's is bound to its workflow. */
export interface BoundSubject {
  /** The subject that GitHub writes then. */
  readonly subject: string;
  /** Has GitHub write it so, for every job of the repository. */
  readonly command: string;
}

/**
 * The subject of a job with its workflow in it, since a federation policy matches one claim; undefined for a token that is not of
 * github.com, that says not enough, or whose subject has the workflow already (github-apis §3.5).
 */
export function boundToWorkflow(claims: IdClaims): BoundSubject | undefined {
  const { issuer, subject, repository, workflowRef } = claims;
  if (issuer !== ISSUER || repository === undefined || workflowRef === undefined) return undefined;
  if (!REPOSITORY.test(repository) || subject.includes(KEY) || !subject.startsWith('repo:')) return undefined;
  const keys = ['repo', 'context', 'job_workflow_ref'].map((key) => `-f 'include_claim_keys[]=${key}'`);
  const path = quoteWord(`repos/${repository}/actions/oidc/customization/sub`);
  return {
    subject: `${subject}${KEY}${workflowRef}`,
    command: `gh api --method PUT ${path} -F use_default=false ${keys.join(' ')}`,
  };
}
