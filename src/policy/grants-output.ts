import type { RestRequest } from '../domain/by-hand.ts';
import type { Securable } from '../domain/privilege.ts';
import type { GrantDecision } from './grants.ts';
import type { OwnerChange } from './grants-remedy.ts';

/** One entry of the output `missing`: with a statement, an owner change, or neither where nothing can be granted yet. */
export interface MissingOutput {
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly reason: string;
  readonly statement?: string;
  readonly ownerChange?: OwnerChange;
}

/** A right that could not be judged. */
export interface UnknownOutput {
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly reason: string;
}

/** A right that is held, and how. */
export interface GrantedOutput {
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly by: string;
}

/** The outputs of a gate as plain JSON: `missing`, `statements` and `requests` are outputs of the action. */
export interface GrantOutputs {
  readonly missing: readonly MissingOutput[];
  readonly unknown: readonly UnknownOutput[];
  readonly granted: readonly GrantedOutput[];
  readonly statements: readonly string[];
  readonly requests: readonly RestRequest[];
}

/** The outputs over decisions of one or more registries, in order. */
export function grantOutputs(decisions: readonly GrantDecision[]): GrantOutputs {
  const rights = decisions.flatMap((decision) => decision.rights);
  return {
    missing: rights.flatMap((each) => {
      if (each.state !== 'missing') return [];
      const { remedy } = each;
      const base = { ...rightOutput(each.right), reason: each.reason };
      if (remedy === undefined) return [base];
      return remedy.kind === 'grant'
        ? [{ ...base, statement: remedy.statement }]
        : [{ ...base, ownerChange: remedy.change }];
    }),
    unknown: rights.flatMap((each) =>
      each.state === 'unknown' ? [{ ...rightOutput(each.right), reason: each.reason }] : [],
    ),
    granted: rights.flatMap((each) =>
      each.state === 'granted' ? [{ ...rightOutput(each.right), by: each.by }] : [],
    ),
    statements: [...new Set(decisions.flatMap((decision) => decision.statements))],
    requests: decisions.flatMap((decision) => decision.requests),
  };
}

function rightOutput(right: {
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: readonly string[];
}): { readonly securable: Securable; readonly privilege: string; readonly for: string } {
  return { securable: right.securable, privilege: right.privilege, for: right.for.join('; ') };
}
