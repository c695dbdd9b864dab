import { join } from 'node:path';
import { peersFolder } from '../../../scripts/peers/folder.ts';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

const NAME = 'workspace-validation';
const SCRIPT = join(peersFolder, 'python', 'validate_script.py');

/** `validate-job` with real MLflow and scikit-learn in the run, and what databricks-sdk-py reads of the runs that we started. */
export async function* workspaceValidation({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(NAME)) return;
  for (const action of ['.', 'validate-version']) {
    if (await actionExists(action)) continue;
    yield missingBundle(NAME, action);
    return;
  }
  const emulator = await startEmulator({
    seed: 'demo',
    jobs: { python, environment: { MLFLOW_DISABLE_TELEMETRY: 'true', NO_PROXY: '127.0.0.1' } },
  });
  // Whoever saves a job is whom it acts as.
  emulator.metastore.grant('function', PROD, 'admin@example.com', ['EXECUTE']);
  try {
    yield* cases(emulator, python);
  } finally {
    await emulator.close();
  }
}

async function* cases(emulator: Emulator, python: string): AsyncGenerator<CaseResult> {
  const { url } = emulator;
  const act = (action: string, inputs: Record<string, string>): Promise<StepResult> =>
    runAction({ action, with: inputs, url, token: 'emulator-promoter' });
  const runs = () => [...emulator.metastore.state.workspace.runs.keys()];

  yield await check(`${NAME}: promote, a script of the repository loads the copy and passes it`, async () => {
    const seen = await act('.', {
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'validate-job': `file: ${SCRIPT}`,
    });
    expectCode(seen, 0);
    same(runs().length, 1, 'runs');
    same(emulator.state().models[PROD]?.aliases['Champion'], 2, 'version that the alias names');
    return seen.outputs['uri'] ?? '';
  });
  const [script = ''] = runs();

  yield* await runCases({ python, url, token: 'emulator-admin' }, NAME, 'save_job.py', [SCRIPT, promoter]);
  const [job = ''] = [...emulator.metastore.state.workspace.jobs.keys()];

  yield await check(
    `${NAME}: validate-version, a job that databricks-sdk saved passes a version`,
    async () => {
      const seen = await act('validate-version', { model: PROD, version: '2', 'validate-job': 'peer judge' });
      expectCode(seen, 0);
      const results = JSON.parse(seen.outputs['results'] ?? '') as { said: string }[];
      const said = JSON.parse(results[0]?.said ?? '') as { auc: number; uri: string };
      same([said.uri, said.auc > 0.5], [`models:/${PROD}/2`, true], 'result');
      same(runs().at(-1), seen.outputs['run'], 'run');
      return `auc ${said.auc}`;
    },
  );

  const server = { python, url, token: 'emulator-promoter' };
  yield* await runCases(server, NAME, 'our_runs.py', [script, job, runs().at(-1) ?? '']);
  yield await check(`${NAME}: nothing sent that the protocol does not know`, () => {
    if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
    return `${emulator.requests.length} requests`;
  });
}
