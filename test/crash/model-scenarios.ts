import type { MetastoreSnapshot } from '../../emulator/index.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { faultsOfAgain } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

const FRESH = 'prod.ml_team.new_model';
const RENAMED = 'prod.ml_team.fraud_scores';

/** A model that is created, described and given to a group. */
export function createdModel(): Scenario {
  const inputs = { model: FRESH, create: 'true', description: 'Scores.', owner: 'ml-deployers' };
  return scenarioOf('manage-model, a creation', inputs, (aftermath) => {
    const model = aftermath.after.models[FRESH];
    const found = JSON.stringify([model?.owner, model?.description, Object.keys(model?.versions ?? {})]);
    return [
      ...(found === '["ml-deployers","Scores.",[]]' ? [] : [`The new model has ${found}.`]),
      ...faultsOfRest(aftermath, [FRESH]),
    ];
  });
}

/** A model that is renamed: it has one name at every moment, and all that belongs to it. */
export function renamedModel(): Scenario {
  return scenarioOf('manage-model, a rename', { model: PROD, 'new-name': 'fraud_scores' }, (aftermath) => {
    const { before, between, after } = aftermath;
    const wanted = contentOf(before, PROD);
    const isWhole = (state: MetastoreSnapshot) =>
      [PROD, RENAMED].filter((name) => contentOf(state, name) === wanted).length === 1 &&
      [PROD, RENAMED].some((name) => state.models[name] === undefined);
    return [
      ...(isWhole(between) ? [] : ['The model is not there once, with all that it had, in between.']),
      ...(contentOf(after, RENAMED) === wanted && after.models[PROD] === undefined
        ? []
        : ['The model does not have the new name alone, with all that it had.']),
      ...faultsOfRest(aftermath, [PROD, RENAMED]),
    ];
  });
}

/** A model without versions that is deleted. */
export function deletedModel(): Scenario {
  return {
    ...scenarioOf('manage-model, a deletion', { model: FRESH, delete: 'true' }, (aftermath) => [
      ...(aftermath.after.models[FRESH] === undefined ? [] : ['The model is still there.']),
      ...faultsOfRest(aftermath, [FRESH]),
    ]),
    prepare: (metastore) => void metastore.createModel(FRESH, { owner: 'ml-deployers' }),
  };
}

function scenarioOf(
  name: string,
  inputs: Readonly<Record<string, string>>,
  faultsOf: (aftermath: Aftermath) => string[],
): Scenario {
  return {
    name,
    action: 'manage-model',
    inputs: { registry: 'databricks', ...inputs },
    token: PROMOTER_TOKEN,
    faultsOf: (aftermath) => [...faultsOf(aftermath), ...faultsOfAgain(aftermath.again)],
  };
}

/** Everything of a model but its name. */
function contentOf(state: MetastoreSnapshot, name: string): string {
  const { aliases, versions, tags, owner, description } = state.models[name] ?? {};
  return JSON.stringify({ aliases, versions, tags, owner, description });
}

/** Every other model, and all grants on them, are as they were. */
function faultsOfRest({ before, after }: Aftermath, touched: readonly string[]): string[] {
  const rest = ({ models }: MetastoreSnapshot) =>
    JSON.stringify(Object.entries(models).filter(([name]) => !touched.includes(name)));
  return rest(before) === rest(after) ? [] : ['Another model has changed.'];
}
