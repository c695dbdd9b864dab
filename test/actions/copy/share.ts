import type { Metastore } from '../../../emulator/index.ts';

/** A model in a catalog of Delta Sharing. */
export const SHARED = 'vendor.ml_team.scoring';

/** A catalog that another metastore shares, with one version of a model. */
export function addShare(metastore: Metastore, files: Parameters<Metastore['addVersion']>[1]): void {
  metastore.createCatalog('vendor', { owner: 'admin@example.com', share: 'models' });
  metastore.createSchema('vendor.ml_team');
  metastore.createModel(SHARED, { owner: 'admin@example.com' });
  metastore.grant('catalog', 'vendor', 'ml-deployers', ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
  metastore.addVersion(SHARED, files);
}
