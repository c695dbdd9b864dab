import { grantKey, type GrantPolicy, type SecurableType, type MetastoreState } from './state.ts';

/** Privileges that ALL_PRIVILEGES does not contain (privileges reference of Databricks). */
const outsideAll = new Set(['MANAGE', 'EXTERNAL_USE_SCHEMA', 'EXTERNAL_USE_LOCATION']);

/** The group that stands for everyone; grants may name it, member lists do not show it. */
export const everyone = 'account users';

/** The securable itself and its parents, nearest first. */
export function lineage(type: SecurableType, name: string): { type: SecurableType; name: string }[] {
  const [catalog = '', schema = ''] = name.split('.');
  if (type === 'function') {
    return [
      { type, name },
      { type: 'schema', name: `${catalog}.${schema}` },
      { type: 'catalog', name: catalog },
    ];
  }
  if (type === 'schema')
    return [
      { type, name },
      { type: 'catalog', name: catalog },
    ];
  return [{ type, name }];
}

/** The securables whose grants hold on this one, nearest first: the parents' only since privilege model 1.0. */
export function grantingLineage(
  { privilegeModel }: MetastoreState,
  type: SecurableType,
  name: string,
): { type: SecurableType; name: string }[] {
  return privilegeModel === '1.0' ? lineage(type, name) : [{ type, name }];
}

/** Names of the groups that contain `name`, through any depth of nesting. */
export function groupsOf(state: MetastoreState, name: string): Set<string> {
  const found = new Set<string>();
  const pending = [name];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const group of state.groups.values()) {
      if (!group.members.has(current) || found.has(group.name)) continue;
      found.add(group.name);
      pending.push(group.name);
    }
  }
  return found;
}

/** Owner of a securable, `undefined` when it does not exist. */
export function ownerOf(state: MetastoreState, type: SecurableType, name: string): string | undefined {
  const key = name.toLowerCase();
  switch (type) {
    case 'metastore':
      return state.metastoreOwner;
    case 'catalog':
      return state.catalogs.get(key)?.owner;
    case 'schema':
      return state.schemas.get(key)?.owner;
    case 'function':
      return state.models.get(key)?.owner;
  }
}

/** What one caller is and may. Parents must be usable as well; `requireParents` looks at that. */
export class Access {
  readonly identities: ReadonlySet<string>;
  private readonly state: MetastoreState;

  constructor(state: MetastoreState, caller: string) {
    this.state = state;
    this.identities = new Set([caller, everyone, ...groupsOf(state, caller)]);
  }

  isMetastoreAdmin(): boolean {
    return this.identities.has(this.state.metastoreOwner);
  }

  /** Ownership, in person or through a group. */
  owns(type: SecurableType, name: string): boolean {
    const owner = ownerOf(this.state, type, name);
    return owner !== undefined && this.identities.has(owner);
  }

  /** Ownership of a parent, which lets manage but gives no data privileges. */
  ownsParent(type: SecurableType, name: string): boolean {
    return lineage(type, name)
      .slice(1)
      .some((parent) => this.owns(parent.type, parent.name));
  }

  /** A grant on the securable or on a parent, directly or through ALL_PRIVILEGES, to the caller or its groups. */
  holds(type: SecurableType, name: string, privilege: string): boolean {
    if (type === 'function' && this.grantedByPolicy(name, privilege)) return true;
    return grantingLineage(this.state, type, name).some((level) => {
      const rows = this.state.grants.get(grantKey(level.type, level.name));
      if (!rows) return false;
      for (const [principal, privileges] of rows) {
        if (!this.identities.has(principal)) continue;
        if (privileges.has(privilege)) return true;
        if (privileges.has('ALL_PRIVILEGES') && !outsideAll.has(privilege)) return true;
      }
      return false;
    });
  }

  private grantedByPolicy(name: string, privilege: string): boolean {
    const tags = this.state.models.get(name.toLowerCase())?.tags;
    const parents = lineage('function', name).map((level) => level.name.toLowerCase());
    return this.state.policies.some(
      (policy) =>
        policy.effect !== 'deny' &&
        parents.includes(policy.onName.toLowerCase()) &&
        this.isMeant(policy) &&
        policy.privileges.includes(privilege) &&
        (policy.whenTag === undefined || tags?.get(policy.whenTag[0]) === policy.whenTag[1]),
    );
  }

  private isMeant({ to, except = [] }: GrantPolicy): boolean {
    const has = (who: string): boolean => this.identities.has(who);
    return to.some(has) && !except.some(has);
  }

  /** A policy that denies wins over grants and ownership; metastore admins are exempt (docs, ABAC DENY policies, beta). */
  isDenied(type: SecurableType, name: string, privilege: string): boolean {
    if (this.isMetastoreAdmin()) return false;
    const tags = type === 'function' ? this.state.models.get(name.toLowerCase())?.tags : undefined;
    const levels = lineage(type, name).map((level) => level.name.toLowerCase());
    return this.state.policies.some(
      (policy) =>
        policy.effect === 'deny' &&
        levels.includes(policy.onName.toLowerCase()) &&
        this.isMeant(policy) &&
        policy.privileges.includes(privilege) &&
        (policy.whenTag === undefined || tags?.get(policy.whenTag[0]) === policy.whenTag[1]),
    );
  }

  /** Whether the caller may change who may do what: who manages, unless a policy denies it. */
  controls(type: SecurableType, name: string): boolean {
    return this.manages(type, name) && !this.isDenied(type, name, 'MANAGE_ACCESS_CONTROL');
  }

  /** Owner, owner of a parent, metastore admin, or MANAGE. */
  manages(type: SecurableType, name: string): boolean {
    return (
      this.owns(type, name) ||
      this.ownsParent(type, name) ||
      this.isMetastoreAdmin() ||
      this.holds(type, name, 'MANAGE')
    );
  }
}
