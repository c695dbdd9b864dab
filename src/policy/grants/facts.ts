import type { GrantCommands } from '../../domain/grant-commands.ts';
import type { PrincipalGroup } from '../../domain/principal.ts';
import type {
  Caller,
  AccessPolicy,
  Privilege,
  PrivilegeAssignment,
  Securable,
} from '../../domain/privilege.ts';

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
  /** The policies that grant or deny on it, its own and inherited ones; absent when they were not asked for. */
  readonly policies?: readonly AccessPolicy[] | { readonly unreadable: string };
  /** True when the registry said that the catalog (this one, or this object's) is not bound to the workspace. */
  readonly notBound?: boolean;
}

/** What a decision about grants rests on: one registry's responses. */
export interface GrantFacts {
  readonly caller: Caller;
  /**
   * The securables of `securablesOf(rights)`, in any order; one that is left out is unknown. The metastore stands among
   * them where its owner is known, with no assignments.
   */
  readonly securables: readonly SecurableFacts[];
  /**
   * True when the rows were asked for by principal. The registry then also returns rows of groups that contain the
   * principal (uc-protocol §10.1), so that such a group is one of theirs though the list of groups lacks it.
   */
  readonly filteredByPrincipal: boolean;
  /**
   * Set when the caller's groups were to be asked about by name, since their filter showed none of their rows: all were,
   * or not.
   */
  readonly askedByName?: 'all' | 'not-all';
  /** Groups whose rows a filter for the principal returned earlier, where the rows are those of more readings. */
  readonly shownGroups?: readonly string[];
  /** True when the lists of people and groups could be read and have no principal of that name. */
  readonly isUnlisted?: boolean;
  /** True when the lists have a group of a name that looks like a user's or a service principal's, and no such person. */
  readonly principalIsGroup?: boolean;
  /** True when the caller's groups may lack nested ones. */
  readonly groupsIncomplete?: boolean;
  /** Groups that were looked up: whether the principal is a member, and whether one of the caller's list is this one. */
  readonly groups?: readonly PrincipalGroup[];
  /** Under which lists of members name a principal that is not the caller. */
  readonly principalId?: string;
  /** `direct` where the registry does not return what is inherited; the parents' rows then have to be there. */
  readonly grants?: 'effective' | 'direct';
  /** True where owners of what is above stand in for owners, as at the open-source Unity Catalog server. */
  readonly ownersReachDown?: boolean;
  /** True where there are no groups: whoever is named is a user. */
  readonly onlyUsers?: boolean;
  /** How what is missing is given at this registry. */
  readonly commands: GrantCommands;
  /** Whether grants on a parent hold below it: not before privilege model 1.0. Absent when nobody asked. */
  readonly inheritance?: 'yes' | 'no' | { readonly unreadable: string };
  /** True where the registry has policies that grant or deny. */
  readonly policies?: boolean;
}

/** How a decision about grants is taken. */
export interface GrantOptions {
  /** What a right that cannot be judged does: refuse (default), or warn and go on. */
  readonly onUnknown?: 'fail' | 'warn';
  /** Who is to own a model that is created on the way; default: who creates it. */
  readonly ownerOfNewModel?: string;
  /** A privilege whose lack warns and refuses nothing: what needs it is left out where it is refused. */
  readonly optional?: Privilege;
}
