import { parseFullName, type FullName } from '../../../src/domain/full-name.ts';
import {
  METASTORE,
  sameSecurable,
  securablePath,
  type Caller,
  type PrivilegeAssignment,
  type Securable,
} from '../../../src/domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from '../../../src/policy/grants/facts.ts';
import { GRANT_COMMANDS } from '../../../src/registry/databricks/grant-commands.ts';

/** A grant as `[principal, privilege, 'schema prod.ml_team']`. */
export type GrantRow = readonly [principal: string, privilege: string, on: string];

/** A small metastore of one model and its parents, as data. */
export interface GrantScene {
  readonly caller?: Partial<Caller>;
  readonly grants?: readonly GrantRow[];
  /** Owner by name of the securable; `nobody-else` where left out. */
  readonly owners?: Readonly<Record<string, string | { readonly refused: string } | undefined>>;
  /** Names of securables that do not exist. */
  readonly absent?: readonly string[];
  /** Names of securables whose grants cannot be read. */
  readonly unreadable?: readonly string[];
  readonly notBound?: readonly string[];
  /** `false`: every row is answered, whoever it names. Default: only rows of the caller and their groups. */
  readonly filtered?: boolean;
  readonly groupsIncomplete?: boolean;
  readonly inheritance?: 'yes' | 'no';
  readonly grantsAre?: 'effective' | 'direct';
}

export const PROMOTER = '6f0c1c9e-2f1a-4d0e-9a54-0c5a4c0f7d11';

export const MODEL = full('prod.ml_team.fraud_detection');
export const SOURCE = full('staging.ml_team.fraud_detection');

export function full(text: string): FullName {
  const parsed = parseFullName(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

/** `schema prod.ml_team` as a securable. */
export function securable(text: string): Securable {
  const [type = '', name = ''] = text.split(' ');
  if (type !== 'catalog' && type !== 'schema' && type !== 'function' && type !== 'metastore') {
    throw new Error(`no securable: ${text}`);
  }
  return { type, name };
}

export function callerOf(part: Partial<Caller> = {}): Caller {
  return {
    principal: PROMOTER,
    alsoKnownAs: [],
    kind: 'service-principal',
    groups: ['ml-deployers'],
    ...part,
    groupIds: part.groups ?? ['ml-deployers'],
  };
}

/** What a registry with inheritance would answer about the models and their parents. */
export function factsOf(world: GrantScene, models: readonly FullName[] = [MODEL]): GrantFacts {
  const securables = models
    .flatMap(({ catalog, schema, model }) =>
      securablePath({ type: 'function', name: `${catalog}.${schema}.${model}` }),
    )
    .filter((each, index, all) => all.findIndex((other) => sameSecurable(other, each)) === index);
  const caller = callerOf(world.caller);
  return {
    caller,
    securables: [
      ...securables.map((each) => securableFacts(each, world, caller)),
      { securable: METASTORE, exists: true, owner: 'root@example.com', assignments: [] },
    ],
    filteredByPrincipal: world.filtered ?? true,
    commands: GRANT_COMMANDS,
    // The caller's groups are the account's, as a look into the directory tells.
    groups: caller.groups.map((name) => ({ id: name, name, members: [] })),
    ...(world.groupsIncomplete === undefined ? {} : { groupsIncomplete: world.groupsIncomplete }),
    ...(world.inheritance === undefined ? {} : { inheritance: world.inheritance }),
    ...(world.grantsAre === undefined ? {} : { grants: world.grantsAre }),
  };
}

function securableFacts(each: Securable, world: GrantScene, caller: Caller): SecurableFacts {
  const { name } = each;
  const owner = world.owners !== undefined && name in world.owners ? world.owners[name] : 'nobody-else';
  const absent = world.absent?.includes(name) === true;
  return {
    securable: each,
    exists: absent ? false : typeof owner === 'object' ? 'unknown' : true,
    ...(owner === undefined || absent ? {} : { owner }),
    assignments:
      world.unreadable?.includes(name) === true
        ? { unreadable: 'READ METADATA is missing' }
        : absent
          ? []
          : rowsOf(each, world, caller),
    ...(world.notBound?.includes(name) === true ? { notBound: true } : {}),
  };
}

function rowsOf(each: Securable, world: GrantScene, caller: Caller): PrivilegeAssignment[] {
  const direct = world.grantsAre === 'direct';
  const ours = [caller.principal, ...caller.alsoKnownAs, ...caller.groups, 'account users'];
  return (world.grants ?? []).flatMap(([principal, privilege, on]): PrivilegeAssignment[] => {
    const source = securable(on);
    const here = sameSecurable(source, each);
    if (!here && (direct || !securablePath(each).some((step) => sameSecurable(step, source)))) return [];
    if (world.filtered !== false && !ours.includes(principal)) return [];
    return [{ principal, privileges: [here ? { privilege } : { privilege, inheritedFrom: source }] }];
  });
}
