import type { Metastore } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { moreVersions, PROMOTER } from '../../emulator/seeds/demo-models.ts';

/** The demo with one text in every field of the registry that a stranger may write. */
export function seedHostile(metastore: Metastore, text: string): void {
  seedDemo(metastore);
  moreVersions(metastore);
  const { state } = metastore;
  metastore.addGroup(`g ${text}`, { members: [PROMOTER] });
  metastore.grant('catalog', 'prod', `g ${text}`, ['USE_CATALOG']);
  for (const principal of state.principals.values()) principal.displayName = `p ${text}`;
  for (const catalog of state.catalogs.values()) catalog.owner = `o ${text}`;
  for (const schema of state.schemas.values()) schema.owner = `o ${text}`;
  for (const model of state.models.values()) {
    model.description = text;
    model.tags.set('note', text);
    model.tags.set(`key ${text}`.slice(0, 200), 'x');
    for (const alias of model.aliases.values()) alias.alias = `Champion${text}`.slice(0, 200);
    for (const version of model.versions.values()) {
      version.description = text;
      version.source = `models:/${text}`;
      version.createdBy = text;
      version.updatedBy = text;
      version.tags.set('validation_status', text);
      version.tags.set(`key ${text}`.slice(0, 200), text);
      if (version.version > 2) version.tags.set('uc_promote_hold', text);
    }
  }
}
