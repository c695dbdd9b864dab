import { securableKey, type Privilege, type Securable } from '../../domain/privilege.ts';

/** A privilege on a securable, or its ownership (privilege `OWNERSHIP`). */
export interface Right {
  readonly securable: Securable;
  readonly privilege: Privilege;
}

/** The same text for every spelling of a right. */
export function rightKey({ securable, privilege }: Right): string {
  return `${securableKey(securable)} ${privilege}`;
}

/** Another right that does as well, or might: `unconfirmed` says why nobody knows. */
export interface AlternativeRight extends Right {
  readonly unconfirmed?: string;
}

/** A right that something needs. Its own pair is the least that does; `alternatives` do as well. */
export interface RequiredRight extends Right {
  readonly alternatives: readonly AlternativeRight[];
  /** What needs it, in words: `move an alias`. */
  readonly for: readonly string[];
}

/** What the rights of an operation depend on. */
export interface RightsFacts {
  /** False when the model is still to be created; its creator then owns it. */
  readonly modelExists: boolean;
  /** True where owners of what is above stand in for owners, and only owners write; then {@link ownerRights} apply. */
  readonly ownersReachDown?: boolean;
}
