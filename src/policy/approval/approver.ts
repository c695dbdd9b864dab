import type { RoleFacts } from '../separation-of-duties/decide.ts';
import type { People } from '../separation-of-duties/identity.ts';
import { approverOf } from '../separation-of-duties/roles.ts';
import type { ApprovalFacts } from './facts.ts';
import { judgePullReviews } from './review.ts';

/** Who approved, where no plan is looked at: of an environment every account, of a pull request those whose review counts. */
export function approverIn(facts: ApprovalFacts, people: People): RoleFacts {
  if (facts.kind === 'environment') return approverOf(facts.reviews, facts.environment, facts.runId);
  const { pull } = facts;
  if ('reason' in pull) return { identities: [], unseen: pull };
  const reviews = judgePullReviews(pull, people);
  const counting = reviews.filter(({ standing }) => standing === 'counts');
  const identities = counting.flatMap(({ identity }) => identity ?? []);
  if (identities.length > 0) return { identities };
  const whys = reviews.map(({ who, why }) => `; the review by ${who} ${why}`);
  return {
    identities,
    unseen: {
      reason: `pull request #${pull.pull.number} has no approval that counts${whys.join('')}`,
      fix: 'Have another person with write access approve the last commit of the pull request before it is merged.',
    },
  };
}
