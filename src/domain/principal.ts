/** The group of everybody: grants name it, lists of groups do not (uc-protocol §10.4). */
export const EVERYBODY = 'account users';

/**
 * A member of a group as the registry lists it. `name` is a display name, which for a person no grant names. What is
 * not said to be a person is a `group`, whose members are not known.
 */
export interface GroupMember {
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'group';
}

/** A group and its direct members. */
export interface PrincipalGroup {
  readonly id: string;
  readonly name: string;
  /** Absent where the registry does not state them, which is not to have none. */
  readonly members?: readonly GroupMember[];
}

const APPLICATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** True for the application id of a service principal. */
export function isApplicationId(name: string): boolean {
  return APPLICATION_ID.test(name);
}

/** True for a name that only a user or a service principal has: an e-mail address, an application id (uc-protocol §10.1). */
export function isPerson(name: string): boolean {
  return name.includes('@') || isApplicationId(name);
}

/** True when one of the names is that of a principal: {@link samePrincipal}. */
export function isNamed(names: readonly string[], principal: string): boolean {
  return names.some((name) => samePrincipal(name, principal));
}

/**
 * True when both name one principal: e-mail addresses compare without case; application ids and groups exactly, as grants
 * do (terraform-provider-databricks #3705: "Could not find principal with name"). A name that is not given names nobody,
 * also where the other is not given either.
 */
export function samePrincipal(a: string, b: string): boolean {
  return a !== '' && (a === b || (a.includes('@') && a.toLowerCase() === b.toLowerCase()));
}
