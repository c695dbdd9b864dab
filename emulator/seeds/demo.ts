import type { Metastore } from '../metastore/metastore.ts';
import { builtInModel, fixture, withoutSignature } from './model-files.ts';

/** Application id of the demo's service principal. */
export const promoter = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

/** Who can sign in to the demo, in the order the command line prints them. */
export const demoTokens: readonly { token: string; principal: string; about: string }[] = [
  {
    token: 'emulator-promoter',
    principal: promoter,
    about: 'service principal promoter, member of ml-deployers',
  },
  { token: 'emulator-trainer', principal: 'ada@example.com', about: 'owns the staging model' },
  { token: 'emulator-reader', principal: 'grace@example.com', about: 'has no rights on the models' },
  { token: 'emulator-admin', principal: 'admin@example.com', about: 'metastore admin, owns both catalogs' },
];

/** The world of the documented promotion: staging and prod, a trainer, a promoter, a reader without rights. */
export function seedDemo(metastore: Metastore): void {
  people(metastore);
  for (const catalog of ['staging', 'prod']) {
    metastore.createCatalog(catalog, { owner: 'admin@example.com' });
    metastore.createSchema(`${catalog}.ml_team`, { owner: 'admin@example.com' });
    for (const group of ['ml-deployers', 'data-science']) {
      metastore.grant('catalog', catalog, group, ['USE_CATALOG']);
      metastore.grant('schema', `${catalog}.ml_team`, group, ['USE_SCHEMA']);
    }
  }
  metastore.grant('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
  metastore.grant('schema', 'staging.ml_team', 'data-science', ['CREATE_MODEL', 'EXECUTE']);
  metastore.grant('schema', 'prod.ml_team', 'ml-deployers', ['CREATE_MODEL']);
  staging(metastore);
  prod(metastore);
}

function people(metastore: Metastore): void {
  metastore.addGroup('ml-deployers');
  metastore.addGroup('data-science');
  metastore.addServicePrincipal(promoter, { displayName: 'promoter', groups: ['ml-deployers'] });
  metastore.addUser('ada@example.com', { groups: ['data-science'] });
  metastore.addUser('grace@example.com');
  for (const { token, principal } of demoTokens) metastore.issueToken(principal, token);
}

function staging(metastore: Metastore): void {
  const name = 'staging.ml_team.fraud_detection';
  const files = fixture('fraud_detection') ?? builtInModel();
  metastore.createModel(name, {
    owner: 'ada@example.com',
    description: 'Scores card transactions for fraud.',
    tags: { team: 'risk' },
  });
  metastore.addRun({
    runId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    experimentId: '17',
    files: { ...below('model', files), ...below('unsigned', withoutSignature(files)) },
  });
  metastore.addVersion(name, {
    files,
    description: 'Trained on the third quarter.',
    runId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    tags: { validation_status: 'approved', dataset: 'transactions_q3' },
  });
  metastore.addVersion(name, { files: withoutSignature(files), description: 'Logged without a signature.' });
}

/** Files in a folder. */
function below(
  folder: string,
  files: Record<string, string | Uint8Array>,
): Record<string, string | Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [`${folder}/${path}`, file]));
}

function prod(metastore: Metastore): void {
  const name = 'prod.ml_team.fraud_detection';
  metastore.createModel(name, {
    owner: 'ml-deployers',
    createdBy: 'ada@example.com',
    description: 'Scores card transactions for fraud, in production.',
  });
  const older = fixture('fraud_detection_v0') ?? builtInModel('older');
  metastore.addVersion(name, { files: older, source: 'models:/staging.ml_team.fraud_detection/0' });
  metastore.setAlias(name, 'Champion', 1);
}
