import type { GrantsByHand } from '../domain/by-hand.ts';
import type { PrincipalGroup } from '../domain/principal.ts';
import type { Caller, GrantPolicy, PrivilegeAssignment, Securable } from '../domain/privilege.ts';

/** What could be read about one securable. */
export interface SecurableFacts {
  readonly securable: Securable;
  /** `unknown` when the registry would not say. */
  readonly exists: boolean | 'unknown';
  /**
   * The owner's name. `refused`: the registry would not show the object to the caller, who therefore does not own
   * it. Absent: not known, and ownership cannot be ruled out.
   */
  readonly owner?: string | { readonly refused: string };
  /** Effective rows (or direct ones, see {@link GrantFacts.grants}), or why there are none. */
  readonly assignments: readonly PrivilegeAssignment[] | { readonly unreadable: string };
  /** The policies that grant on it, its own and inherited ones; absent when they were not asked for. */
  readonly policies?: readonly GrantPolicy[] | { readonly unreadable: string };
  /** True when the registry said that the catalog (this one, or this object's) is not bound to the workspace. */
  readonly notBound?: boolean;
}

/** What a decision about grants rests on: one registry's answers. */
export interface GrantFacts {
  readonly caller: Caller;
  /**
   * The securables of `securablesOf(rights)`, in any order; one that is left out is unknown. The metastore stands among
   * them where its owner is known, with no assignments.
   */
  readonly securables: readonly SecurableFacts[];
  /**
   * True when the rows were asked for by principal. The registry then also answers rows of groups that contain the
   * principal (uc-protocol §10.1), so that such a group is one of theirs though the list of groups lacks it.
   */
  readonly filteredByPrincipal: boolean;
  /** Rows of the caller's groups were asked for by name: they tell nothing of what a filter leaves out. */
  readonly askedByName?: 'all' | 'some-refused';
  /** True when the caller's groups may lack nested ones. */
  readonly groupsIncomplete?: boolean;
  /** Groups whose members were read, to see whether the principal is one. */
  readonly groups?: readonly PrincipalGroup[];
  /** Under which lists of members name a principal that is not the caller. */
  readonly principalId?: string;
  /** `direct` where the registry cannot answer what is inherited; the parents' rows then have to be there. */
  readonly grants?: 'effective' | 'direct';
  /** True where owners of what is above stand in for owners, as at the open-source Unity Catalog server. */
  readonly ownersReachDown?: boolean;
  /** True where there are no groups: whoever is named is a user. */
  readonly onlyUsers?: boolean;
  /** How what is missing is given at this registry. */
  readonly byHand: GrantsByHand;
  /** Whether grants on a parent hold below it: not before privilege model 1.0. Absent when nobody asked. */
  readonly inheritance?: 'yes' | 'no' | { readonly unreadable: string };
  /** True where the registry has policies that grant. */
  readonly policies?: boolean;
}

/** How a decision about grants is taken. */
export interface GrantOptions {
  /** What a right that cannot be judged does: refuse (default), or warn and go on. */
  readonly onUnknown?: 'fail' | 'warn';
  /** Who is to own a model that is created on the way; default: who creates it. */
  readonly ownerOfNewModel?: string;
}
