import type { RestRequest } from '../../domain/grant-commands.ts';
import type { Securable } from '../../domain/privilege.ts';
import type { GrantDecision } from './decide.ts';
import type { OwnerChange } from './remedy.ts';
import type { ForbidDecision } from './forbidden.ts';
import type { RequiredRight } from './right.ts';

/** One entry of the output `missing`: with a statement (or none, where none can hold a name in it), an owner change, or neither where nothing can be granted yet. */
export interface MissingOutput {
  readonly principal: string;
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly reason: string;
  readonly statement?: string;
  readonly ownerChange?: OwnerChange;
}

/** A right that could not be judged, or is deferred to its principal's own check. */
export interface UnknownOutput {
  readonly principal: string;
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly reason: string;
}

/** A right that is held, and how. */
export interface GrantedOutput {
  readonly principal: string;
  readonly securable: Securable;
  readonly privilege: string;
  readonly for: string;
  readonly by: string;
}

/** The outputs of a gate as plain JSON. */
export interface GrantOutputs {
  readonly missing: readonly MissingOutput[];
  readonly unknown: readonly UnknownOutput[];
  readonly deferred: readonly UnknownOutput[];
  readonly granted: readonly GrantedOutput[];
  readonly statements: readonly string[];
  readonly requests: readonly RestRequest[];
}

/** The outputs over decisions of one or more registries, in order. */
export function grantOutputs(decisions: readonly GrantDecision[]): GrantOutputs {
  const judged = decisions.flatMap(({ principal, rights }) => rights.map((each) => ({ principal, each })));
  const unsettled = (state: 'unknown' | 'deferred'): UnknownOutput[] =>
    judged.flatMap(({ principal, each }) =>
      each.state === state ? [{ ...rightOutput(principal, each.right), reason: each.reason }] : [],
    );
  return {
    missing: judged.flatMap(({ principal, each }) => {
      if (each.state !== 'missing') return [];
      const { remedy } = each;
      const base = { ...rightOutput(principal, each.right), reason: each.reason };
      if (remedy === undefined) return [base];
      return remedy.kind === 'grant'
        ? [{ ...base, ...(remedy.statement === undefined ? {} : { statement: remedy.statement }) }]
        : [{ ...base, ownerChange: remedy.change }];
    }),
    unknown: unsettled('unknown'),
    deferred: unsettled('deferred'),
    granted: judged.flatMap(({ principal, each }) =>
      each.state === 'granted' ? [{ ...rightOutput(principal, each.right), by: each.by }] : [],
    ),
    statements: [...new Set(decisions.flatMap((decision) => decision.statements))],
    requests: decisions.flatMap((decision) => decision.requests),
  };
}

function rightOutput(principal: string, right: RequiredRight): Omit<UnknownOutput, 'reason'> {
  const { securable, privilege } = right;
  return { principal, securable, privilege, for: right.for.join('; ') };
}

/** Somebody who holds what is forbidden. */
export interface ForbiddenOutput {
  readonly principal: string;
  readonly state: 'forbidden' | 'unknown';
  /** What is forbidden. */
  readonly securable: Securable;
  readonly privilege: string;
  /** What was granted, or `OWNERSHIP`, and on what. */
  readonly by: { readonly privilege: string; readonly on: Securable };
  readonly reason: string;
  /** Of a group: who is in it, by display name, and why that may be incomplete. */
  readonly members?: readonly string[];
  readonly membersIncomplete?: string;
  readonly statement?: string;
  readonly ownerChange?: OwnerChange;
}

/** The holders of a decision that are not excepted, as plain JSON. */
export function forbiddenOutputs(decision: ForbidDecision): ForbiddenOutput[] {
  return decision.holders.flatMap(
    ({ state, principal, right, privilege, on, reason, expansion, revocation }) =>
      state === 'excepted'
        ? []
        : [
            {
              principal,
              state,
              securable: right.securable,
              privilege: right.privilege,
              by: { privilege, on },
              reason,
              ...(expansion === undefined ? {} : { members: expansion.members }),
              ...(expansion?.incomplete === undefined ? {} : { membersIncomplete: expansion.incomplete }),
              ...(revocation?.kind === 'revoke' && revocation.statement !== undefined
                ? { statement: revocation.statement }
                : {}),
              ...(revocation?.kind === 'owner-change' ? { ownerChange: revocation.change } : {}),
            },
          ],
  );
}
