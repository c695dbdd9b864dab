import type { FullName } from '../domain/full-name.ts';
import { catalogSecurable, modelSecurable, schemaSecurable, type Operation } from '../domain/privilege.ts';
import { OWNERSHIP } from './grants-privileges.ts';
import type { RequiredRight, Right, RightsFacts } from './grants-rights.ts';

/**
 * The rights that an operation needs on the open-source Unity Catalog server: whoever reads holds EXECUTE or owns the
 * model, its schema or its catalog; only the model's owner writes. USE_CATALOG and USE_SCHEMA are needed beside each,
 * save by who owns what is above. Source: the server's `ModelService` at 0.6.0.
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
  const need = (right: Right, alternatives: readonly Right[] = []): RequiredRight => ({
    ...right,
    alternatives,
    for: [words],
  });
  const useCatalog = need({ securable: catalog, privilege: 'USE_CATALOG' });
  const useSchema = need({ securable: schema, privilege: 'USE_SCHEMA' });
  const useBelowCatalog = need({ securable: schema, privilege: 'USE_SCHEMA' }, [ownsCatalog]);
  const createModel = need({ securable: schema, privilege: 'CREATE_MODEL' }, [
    { securable: schema, privilege: 'CREATE_FUNCTION' },
  ]);
  const ownsModel = need({ securable: own, privilege: OWNERSHIP });
  switch (operation) {
    case 'read':
      return [
        useCatalog,
        useBelowCatalog,
        need({ securable: own, privilege: 'EXECUTE' }, [ownsSchema, ownsCatalog]),
      ];
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
    case 'manage-grants':
      return [
        useCatalog,
        useBelowCatalog,
        need({ securable: own, privilege: OWNERSHIP }, [ownsSchema, ownsCatalog]),
      ];
  }
}
