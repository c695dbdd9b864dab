import type { FullName } from '../../domain/full-name.ts';
import {
  catalogSecurable,
  METASTORE,
  modelSecurable,
  schemaSecurable,
  securableKey,
  securablePath,
  type Operation,
  type Privilege,
  type Securable,
} from '../../domain/privilege.ts';
import { OWNERSHIP } from './privileges.ts';
import { ownerRights } from './required-open-source.ts';
import { rightKey, type AlternativeRight, type RequiredRight, type RightsFacts } from './right.ts';

/** Each operation in words, as it stands in `needed to …`. */
export const OPERATION_WORDS: Readonly<Record<Operation, string>> = {
  read: 'read the model and its files',
  copy: 'copy a version',
  'create-model': 'create the model',
  'create-version': 'create a version',
  'set-alias': 'set, move or delete an alias',
  tag: 'set or delete tags',
  describe: 'change a description',
  rename: 'rename the model',
  delete: 'delete the model or a version',
  'manage-grants': 'change grants on the model',
};

const FUNCTION_ALONE =
  'the documentation requires CREATE MODEL for a rename; whether CREATE FUNCTION is enough is not confirmed';
const MANAGE_ALONE = 'the documentation requires ownership; whether MANAGE is enough is not confirmed';

/**
 * The rights that an operation on a model needs, least first, USE_CATALOG and USE_SCHEMA included.
 *
 * `copy` gives the destination's half: creating the version, reading it back, recording where it came from; the
 * source's half is {@link copyRights}. Rights on a model that does not exist are judged as its future owner's.
 * Source: Databricks' model lifecycle and privileges pages, uc-protocol §10.3.
 */
export function requiredRights(operation: Operation, model: FullName, facts: RightsFacts): RequiredRight[] {
  const words = OPERATION_WORDS[operation];
  if (facts.ownersReachDown === true) return mergeRights(ownerRights(operation, model, facts, words));
  return mergeRights([...parentRights(model, words), ...ownRights(operation, model, facts, words)]);
}

/** The rights of a whole copy: reading the source, and {@link requiredRights} of `copy` on the destination. */
export function copyRights(source: FullName, destination: FullName, facts: RightsFacts): RequiredRight[] {
  return mergeRights([
    ...requiredRights('read', source, { ...facts, modelExists: true }),
    ...requiredRights('copy', destination, facts),
  ]);
}

/** The same rights with duplicates merged; what needs them is kept, in order. */
export function mergeRights(rights: readonly RequiredRight[]): RequiredRight[] {
  const merged = new Map<string, RequiredRight>();
  for (const right of rights) {
    const key = JSON.stringify([rightKey(right), right.alternatives.map(rightKey)]);
    const earlier = merged.get(key);
    merged.set(
      key,
      earlier === undefined ? right : { ...earlier, for: [...new Set([...earlier.for, ...right.for])] },
    );
  }
  return [...merged.values()];
}

/** Every securable whose grants and owner decide these rights, each once: theirs and their parents. */
export function securablesOf(rights: readonly RequiredRight[]): Securable[] {
  const securables = new Map<string, Securable>();
  for (const right of rights) {
    for (const { securable } of [right, ...right.alternatives]) {
      for (const step of securablePath(securable)) {
        const key = securableKey(step);
        if (!securables.has(key)) securables.set(key, step);
      }
    }
  }
  return [...securables.values()];
}

/** Whether owning the metastore gives a right, or may. */
export function concernsMetastore(right: RequiredRight): boolean {
  return [right, ...right.alternatives].some(
    ({ securable, privilege }) =>
      securable.type === METASTORE.type || ['MANAGE', 'USE_CATALOG', 'USE_SCHEMA'].includes(privilege),
  );
}

function parentRights(model: FullName, words: string): RequiredRight[] {
  return [
    need(catalogSecurable(model), 'USE_CATALOG', words),
    need(schemaSecurable(model), 'USE_SCHEMA', words),
  ];
}

function ownRights(
  operation: Operation,
  model: FullName,
  facts: RightsFacts,
  words: string,
): RequiredRight[] {
  const securable = modelSecurable(model);
  const owner: AlternativeRight = { securable, privilege: OWNERSHIP };
  const manage: AlternativeRight = { securable, privilege: 'MANAGE', unconfirmed: MANAGE_ALONE };
  // Named beside the owner for aliases, renames and deletions (uc-protocol §10.3; databricks-sdk-py
  // `RegisteredModelsAPI`), and not for descriptions.
  const metastoreAdmin: AlternativeRight = { securable: METASTORE, privilege: OWNERSHIP };
  const schema = schemaSecurable(model);
  const createModel = need(schema, 'CREATE_MODEL', words, [
    { securable: schema, privilege: 'CREATE_FUNCTION' },
  ]);
  const createFunction: AlternativeRight = {
    securable: schema,
    privilege: 'CREATE_FUNCTION',
    unconfirmed: FUNCTION_ALONE,
  };
  switch (operation) {
    case 'read':
      return [need(securable, 'EXECUTE', words)];
    case 'copy':
      return [
        ...ownRights('create-version', model, facts, words),
        need(securable, 'EXECUTE', 'read the copy back'),
        need(securable, 'APPLY_TAG', 'record where the copy came from', [owner]),
      ];
    case 'create-model':
      return [createModel];
    case 'create-version':
      if (!facts.modelExists) return [createModel];
      return [need(securable, 'CREATE_MODEL_VERSION', words, [owner, manage])];
    case 'tag':
      return [need(securable, 'APPLY_TAG', words, [owner])];
    case 'describe':
      return [need(securable, OWNERSHIP, words, [manage])];
    case 'set-alias':
    case 'delete':
      return [need(securable, OWNERSHIP, words, [metastoreAdmin, manage])];
    case 'rename':
      return [
        need(securable, OWNERSHIP, words, [metastoreAdmin, manage]),
        need(schema, 'CREATE_MODEL', words, [createFunction]),
      ];
    case 'manage-grants':
      return [need(securable, 'MANAGE', words, [owner])];
  }
}

function need(
  securable: Securable,
  privilege: Privilege,
  words: string,
  alternatives: readonly AlternativeRight[] = [],
): RequiredRight {
  return { securable, privilege, alternatives, for: [words] };
}

/**
 * The rights with which a caller sees every model of a schema, so that one which is not found does not exist: those to
 * use its parents, and EXECUTE on the schema or its ownership.
 */
export function rightsToSee(model: FullName): RequiredRight[] {
  const parents = requiredRights('read', model, { modelExists: true }).filter(
    ({ securable }) => securable.type !== 'function',
  );
  const securable = schemaSecurable(model);
  const owner = { securable, privilege: OWNERSHIP };
  return [
    ...parents,
    { securable, privilege: 'EXECUTE', alternatives: [owner], for: ['see every model of the schema'] },
  ];
}
