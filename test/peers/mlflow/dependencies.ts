import { join } from 'node:path';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow } from './client.ts';
import { dependentTexts, langchainFlavor, withMlmodel } from './dependent-model.ts';
import { NATIVE_DIALECT } from './dialects.ts';

const of = (type: string, name: string) => ({ type: `DATABRICKS_${type}`, name });
const table = (name: string) => ({ table: { table_full_name: name } });

interface DependencyCase {
  /** The test of MLflow that it restates. */
  readonly test: string;
  readonly edit: (text: string) => string;
  /** What the older dialect must send. */
  readonly older: readonly unknown[];
  /** What the native one must send; undefined: the field is absent. */
  readonly native: readonly unknown[] | undefined;
}

const cases: readonly DependencyCase[] = [
  {
    test: 'test_create_model_version_with_resources',
    edit: (text) => text + dependentTexts.resources,
    older: [
      of('VECTOR_INDEX', 'prod.ml_team.index'),
      of('MODEL_ENDPOINT', 'embeddings'),
      of('UC_FUNCTION', 'prod.ml_team.score'),
      of('UC_CONNECTION', 'crm'),
      of('TABLE', 'prod.ml_team.payments'),
    ],
    native: [
      table('prod.ml_team.index'),
      { function: { function_full_name: 'prod.ml_team.score' } },
      { connection: { connection_name: 'crm' } },
      table('prod.ml_team.payments'),
    ],
  },
  {
    test: 'test_create_model_version_with_invoker_resources',
    edit: (text) => text + dependentTexts.invoker,
    older: [of('TABLE', 'prod.ml_team.payments')],
    native: [table('prod.ml_team.payments')],
  },
  {
    test: 'test_create_model_version_with_langchain_dependencies',
    edit: (text) => text.replace('flavors:\n', langchainFlavor),
    older: [
      of('VECTOR_INDEX', 'prod.ml_team.index'),
      of('MODEL_ENDPOINT', 'embeddings'),
      of('MODEL_ENDPOINT', 'llm'),
      of('MODEL_ENDPOINT', 'chat'),
    ],
    native: [table('prod.ml_team.index')],
  },
  {
    test: 'test_create_model_version_translates_dependencies_to_governance, none is left',
    edit: (text) => text + dependentTexts.endpointOnly,
    older: [of('MODEL_ENDPOINT', 'embeddings')],
    native: undefined,
  },
];

/** What MLflow's client reads out of an MLmodel and sends of it, in both dialects: looked at in the request itself. */
export async function* mlflowDependencies({
  python,
  fixtures,
  wanted,
}: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'mlflow dependencies';
  if (!wanted(name)) return;
  const { emulator, token } = await startDemoEmulator({ nativeEnriched: true });
  const server = { python, url: emulator.url, token };
  const sentBy = async (
    folder: string,
    model: string,
    env: Readonly<Record<string, string>>,
    template: string,
  ): Promise<Record<string, unknown>> => {
    const before = emulator.requests.length;
    await callMlflow({ ...server, env }, [{ do: 'register', folder, model }]);
    const sent = emulator.requests.slice(before).filter((one) => one.template === template);
    same(sent.length, 1, `requests to ${template}`);
    return sent[0]?.json as Record<string, unknown>;
  };
  try {
    for (const [number, { test, edit, older, native }] of cases.entries()) {
      yield await check(`${name}: ${test}`, () =>
        withMlmodel(join(fixtures, 'fraud_detection'), `dependent_${number}`, edit, async (folder) => {
          const model = `staging.ml_team.dependent_${number}`;
          const left = await sentBy(folder, model, {}, '/api/2.0/mlflow/unity-catalog/model-versions/create');
          same(left['model_version_dependencies'], older, 'what the older dialect sent');
          const right = await sentBy(folder, model, NATIVE_DIALECT, '/api/2.1/unity-catalog/models/versions');
          const wrapped = native && { dependencies: native };
          same(right['model_version_dependencies'], wrapped, 'what the native dialect sent');
          return `${older.length} and ${native?.length ?? 0}`;
        }),
      );
    }
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      same(emulator.violations, [], 'violations');
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}
