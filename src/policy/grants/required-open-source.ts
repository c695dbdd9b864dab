import type { FullName } from '../../domain/full-name.ts';
import {
  catalogSecurable,
  METASTORE,
  modelSecurable,
  schemaSecurable,
  type Operation,
} from '../../domain/privilege.ts';
import { OWNERSHIP } from './privileges.ts';
import type { RequiredRight, Right, RightsFacts } from './right.ts';

/**
 * The rights that an operation needs on the open-source Unity Catalog server: whoever reads holds EXECUTE or owns the
 * model, its schema, its catalog or the metastore; only the model's owner writes. USE_CATALOG and USE_SCHEMA are needed
 * beside each, save by who owns what is above, and save for changes of grants. Source: the server's `ModelService` and
 * `PermissionService` at 0.6.0; judged by the server itself in the peer tests.
 */
export function ownerRights(
  operation: Operation,
  model: FullName,
  facts: RightsFacts,
  words: string,
): RequiredRight[] {
  const own = modelSecurable(model);
  const schema = schemaSecurable(model);
  const catalog = catalogSecurable(model);
  const ownsCatalog: Right = { securable: catalog, privilege: OWNERSHIP };
  const ownsSchema: Right = { securable: schema, privilege: OWNERSHIP };
  const ownsMetastore: Right = { securable: METASTORE, privilege: OWNERSHIP };
  const need = (right: Right, alternatives: readonly Right[] = []): RequiredRight => ({
    ...right,
    alternatives,
    for: [words],
  });
  const useCatalog = need({ securable: catalog, privilege: 'USE_CATALOG' });
  const useSchema = need({ securable: schema, privilege: 'USE_SCHEMA' });
  const useAsSteward = [
    need({ securable: catalog, privilege: 'USE_CATALOG' }, [ownsMetastore]),
    need({ securable: schema, privilege: 'USE_SCHEMA' }, [ownsCatalog, ownsMetastore]),
  ];
  const stewards = [ownsSchema, ownsCatalog, ownsMetastore];
  const createModel = need({ securable: schema, privilege: 'CREATE_MODEL' }, [
    { securable: schema, privilege: 'CREATE_FUNCTION' },
  ]);
  const ownsModel = need({ securable: own, privilege: OWNERSHIP });
  switch (operation) {
    case 'read':
      return [...useAsSteward, need({ securable: own, privilege: 'EXECUTE' }, stewards)];
    case 'create-model':
      return [useCatalog, useSchema, createModel];
    case 'copy':
    case 'create-version':
      return [useCatalog, useSchema, facts.modelExists ? ownsModel : createModel];
    case 'set-alias':
    case 'tag':
    case 'describe':
    case 'rename':
      return [useCatalog, useSchema, ownsModel];
    case 'delete':
      return [...useAsSteward, need({ securable: own, privilege: OWNERSHIP }, stewards)];
    case 'manage-grants':
      return [need({ securable: own, privilege: OWNERSHIP }, [ownsMetastore])];
  }
}
