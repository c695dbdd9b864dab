import { join } from 'node:path';
import { peersFolder } from '../../../scripts/peers/folder.ts';
import { startEmulator, type Switches } from '../../../emulator/index.ts';
import { check, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

const model = 'staging.ml_team.fraud_detection';

/** Ways of the emulator that the SDK has to take as well. */
const VARIANTS: Readonly<Record<string, Partial<Switches>>> = {
  workspace: {},
  'workspace, other answers': {
    smallPages: true,
    emptyPages: true,
    shuffledLists: true,
    unknownFields: true,
    jobMissing: '404',
    jobHidden: '404',
    runCancel: 'at-once',
    runIdsLarge: false,
    taskRepeats: true,
    servingSizeEcho: 'size-and-concurrency',
    servingBurstEchoed: true,
    servingPlaintextSecrets: 'absent',
  },
};

/** Jobs, files and serving: databricks-sdk-py against an emulator whose jobs run by the Python of the peers. */
export const workspaceVariants = Object.entries(VARIANTS).map(
  ([name, switches]) =>
    async function* workspace({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
      if (!wanted(name)) return;
      const emulator = await startEmulator({
        seed: 'demo',
        switches,
        jobs: {
          python,
          install: true,
          environment: { MLFLOW_DISABLE_TELEMETRY: 'true', NO_PROXY: '127.0.0.1' },
        },
      });
      const { metastore } = emulator;
      metastore.grant('schema', 'staging.ml_team', 'ada@example.com', ['EXECUTE']);
      metastore.workspace.addFoundationModel(model);
      metastore.workspace.endUpdates('peer-fails', undefined, {
        state: 'UPDATE_FAILED',
        message: 'The container could not be built: no such package.',
      });
      try {
        const server = { python, url: emulator.url, token: 'emulator-trainer' };
        const script = join(peersFolder, 'python', 'validate_model.py');
        yield* await runCases(server, name, 'workspace.py', [script, model]);
        yield await check(
          `${name}: nothing sent that the protocol does not know, and nothing left running`,
          () => {
            if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
            const { runs } = metastore.state.workspace;
            const active = [...runs.values()].filter(({ state }) => state !== 'TERMINATED');
            if (active.length > 0) throw new Error(`${active.length} runs are active`);
            return `${emulator.requests.length} requests, ${runs.size} runs`;
          },
        );
      } finally {
        await emulator.close();
      }
    },
);
