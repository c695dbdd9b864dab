import { startEmulator } from '../emulator/index.ts';
import { promoter, seedDemo } from '../emulator/seeds/demo.ts';

const CATALOG = 'audited';
const FILES = { MLmodel: 'flavors: {}\n' };

const [models = '3000'] = process.argv.slice(2);
const emulator = await startEmulator({
  seed: (metastore) => {
    seedDemo(metastore);
    metastore.createCatalog(CATALOG);
    metastore.grant('catalog', CATALOG, promoter, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
    metastore.createSchema(`${CATALOG}.ml_team`);
    for (let index = 0; index < Number(models); index += 1) {
      const name = `${CATALOG}.ml_team.model_${index}`;
      metastore.createModel(name, {});
      for (let version = 1; version <= 3; version += 1)
        metastore.addVersion(name, { files: FILES, tags: { team: 'risk', note: 'x'.repeat(200) } });
      metastore.setAlias(name, 'Champion', 3);
      metastore.setAlias(name, 'Challenger', 2);
    }
  },
});
process.stdout.write(`${emulator.url}\n`);
process.on('SIGTERM', () => process.exit(0));
