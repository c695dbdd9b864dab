import { describe, expect, test } from 'vitest';
import type { FaultRule, Metastore } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { world, type ActionRun } from '../actions/harness.ts';
import { moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

const LEGACY = '/api/2.0/mlflow/unity-catalog';
const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
const NEW = 'prod.ml_team.brand_new';

/** Takes back every token that was issued, so that the request at hand is refused by 401. */
function revoke({ state: { tokens } }: Metastore): void {
  for (const token of tokens.keys()) if (token.startsWith('emulator-oauth')) tokens.delete(token);
}

interface Race {
  readonly title: string;
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  readonly at: Pick<FaultRule, 'method' | 'template'> & {
    readonly method: string;
    readonly template: string;
  };
  /** What somebody else does while the token is renewed. */
  readonly meanwhile: (metastore: Metastore) => void;
  /** What there is afterwards: what the other wrote. */
  readonly left: (seen: ActionRun) => unknown;
  readonly theirs: unknown;
}

const TAGS = (seen: ActionRun) => seen.after.models[PROD]?.versions['1']?.tags;
const CREATED = { source: `models:/${STAGING}/1`, destination: NEW, 'create-destination': 'true' };

const RACES: readonly Race[] = [
  {
    title: 'an alias that is moved',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '2', 'expected-version': '1' },
    at: { method: 'PUT', template: ALIAS },
    meanwhile: (metastore) => metastore.setAlias(PROD, 'Champion', 3),
    left: (seen) => seen.after.models[PROD]?.aliases['Champion'],
    theirs: 3,
  },
  {
    title: 'an alias that is deleted',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', delete: 'true' },
    at: { method: 'DELETE', template: ALIAS },
    meanwhile: (metastore) => metastore.setAlias(PROD, 'Champion', 3),
    left: (seen) => seen.after.models[PROD]?.aliases['Champion'],
    theirs: 3,
  },
  {
    title: 'a tag that is set',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved' },
    at: { method: 'POST', template: `${LEGACY}/model-versions/set-tag` },
    meanwhile: (metastore) => metastore.setTags(PROD, { validation_status: 'rejected' }, 1),
    left: TAGS,
    theirs: { validation_status: 'rejected', old: '1' },
  },
  {
    title: 'a tag that is removed',
    action: tagStatus,
    inputs: { model: PROD, version: '1', 'remove-tags': 'old' },
    at: { method: 'DELETE', template: `${LEGACY}/model-versions/delete-tag` },
    meanwhile: (metastore) => metastore.setTags(PROD, { old: '2' }, 1),
    left: TAGS,
    theirs: { old: '2' },
  },
  {
    title: 'a description',
    action: tagStatus,
    inputs: { model: PROD, description: 'Mine.' },
    at: { method: 'PATCH', template: `${LEGACY}/registered-models/update` },
    meanwhile: (metastore) => {
      metastore.model(PROD).description = 'Theirs.';
    },
    left: (seen) => seen.after.models[PROD]?.description,
    theirs: 'Theirs.',
  },
  {
    title: 'an owner',
    action: copyVersion,
    inputs: { ...CREATED, 'destination-owner': 'ml-deployers' },
    at: { method: 'PATCH', template: '/api/2.1/unity-catalog/models/{full_name}' },
    meanwhile: (metastore) => {
      metastore.model(NEW).owner = 'admin@example.com';
    },
    left: (seen) => seen.after.models[NEW]?.owner,
    theirs: 'admin@example.com',
  },
  {
    title: 'a model that is created',
    action: copyVersion,
    inputs: CREATED,
    at: { method: 'POST', template: `${LEGACY}/registered-models/create` },
    meanwhile: (metastore) => void metastore.createModel(NEW, { owner: 'admin@example.com' }),
    left: (seen) => seen.after.models[NEW]?.owner,
    theirs: 'admin@example.com',
  },
];

async function race({ action, inputs, at, meanwhile }: Omit<Race, 'title'>) {
  const { run, emulator } = await world({
    seed(metastore) {
      seedDemo(metastore);
      moreVersions(metastore);
      metastore.setTags(PROD, { old: '1' }, 1);
      // So that it sees what belongs to somebody else.
      metastore.grant('schema', 'prod.ml_team', PROMOTER, ['EXECUTE']);
    },
  });
  const both = (metastore: Metastore) => {
    revoke(metastore);
    meanwhile(metastore);
  };
  emulator.faults.add({ ...at, kind: { kind: 'run', when: 'before', run: both } });
  const environment = {
    DATABRICKS_TOKEN: '',
    DATABRICKS_CLIENT_ID: PROMOTER,
    DATABRICKS_CLIENT_SECRET: emulator.metastore.addSecret(PROMOTER),
  };
  const seen = await run(action, inputs, { environment });
  const statuses = seen.records.filter(
    ({ method, template }) => method === at.method && template === at.template,
  );
  return { seen, statuses: statuses.map(({ status }) => status) };
}

describe.each(RACES)('a write that is refused by 401: $title', (each) => {
  test('is not sent with the new token when somebody else changed it meanwhile: conflict', async () => {
    const { seen, statuses } = await race(each);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect(statuses).toEqual([401]);
    expect(each.left(seen)).toEqual(each.theirs);
  });

  test('is sent with the new token, after a look, when nobody did', async () => {
    const { seen, statuses } = await race({ ...each, meanwhile: () => {} });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(statuses.slice(0, 2)).toEqual([401, 200]);
    expect(each.left(seen)).not.toEqual(each.theirs);
  });
});
