import { join } from 'node:path';
import { RUN, startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, type Operation } from './client.ts';
import { dependentTexts, withMlmodel } from './dependent-model.ts';
import { dialectsOf } from './dialects.ts';
import { leaves } from './leaves.ts';

const name = 'mlflow, native and older dialect';

/** What MLflow 3.17.2 itself reads otherwise: its native client never fills `status_message`, its older one has ''. */
const ofTheClient = (path: string, older: unknown, newer: unknown): boolean =>
  path.endsWith('/status_message') && older === '' && newer === null;

/** The same model written and read over both dialects of MLflow's client: each entity must be the same, field by field. */
export async function* parity({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  const { emulator, token } = await startDemoEmulator({ nativeEnriched: true });
  const { older, native } = dialectsOf({ python, url: emulator.url, token });
  const bothRead = async (model: string): Promise<string> => {
    const ask = async (server: Server) => (await callMlflow(server, [{ do: 'entities', model }]))[0];
    const [left, right] = [leaves(await ask(older)), leaves(await ask(native))];
    const paths = [...new Set([...left.keys(), ...right.keys()])];
    const different = paths.filter((path) => {
      const values = [left.get(path), right.get(path)] as const;
      return values[0] !== values[1] && !ofTheClient(path, ...values);
    });
    same(
      different.map((path) => [path, left.get(path), right.get(path)]),
      [],
      'fields that differ',
    );
    return `${paths.length} fields`;
  };
  try {
    for (const [writer, server] of [
      ['older', older],
      ['native', native],
    ] as const) {
      const model = `staging.ml_team.parity_${writer}`;
      const copy = `prod.ml_team.parity_${writer}`;
      yield await check(`${name}: what the ${writer} one registered`, async () => {
        const plain = join(fixtures, 'fraud_detection');
        const edit = (text: string) => text + dependentTexts.resources;
        await withMlmodel(plain, `parity_${writer}`, edit, async (folder) =>
          callMlflow(server, [
            { do: 'register', folder, model, run: RUN.runId },
            { do: 'register', folder: join(fixtures, 'fraud_detection_v0'), model },
          ]),
        );
        const first = emulator.metastore.model(model).versions.get(1);
        same(
          [first?.runId, first?.runTrackingServerId, first?.dependencies.length],
          [RUN.runId, RUN.workspaceId, writer === 'older' ? 5 : 4],
          'run, its workspace and the number of dependencies',
        );
        return bothRead(model);
      });
      yield await check(`${name}: aliases, tags and descriptions that the ${writer} one wrote`, async () => {
        await callMlflow(server, edits(model));
        return bothRead(model);
      });
      yield await check(`${name}: what is left after the ${writer} one took some away`, async () => {
        await callMlflow(server, [
          { do: 'delete_alias', model, alias: 'Champion' },
          { do: 'untag_version', model, version: 1, key: 'empty' },
          { do: 'untag_model', model, key: 'team' },
          { do: 'describe', model, version: 1, description: '' },
        ]);
        const state = emulator.state().models[model];
        same(
          [state?.aliases, state?.tags, state?.versions['1']?.tags],
          [{ Candidate: 1 }, {}, { note: 'é, "quoted" | <b>' }],
          'state',
        );
        return bothRead(model);
      });
      yield await check(`${name}: the copy that the ${writer} one made`, async () => {
        await callMlflow(server, [{ do: 'copy', source: `models:/${model}@Candidate`, destination: copy }]);
        return bothRead(copy);
      });
    }
    yield await check(`${name}: the same refusals, with the same codes`, async () => {
      const model = 'staging.ml_team.parity_older';
      const ask = async (server: Server) =>
        (await callMlflow(server, [{ do: 'refusals', model }]))[0] as Record<string, string>;
      const [left, right] = [await ask(older), await ask(native)];
      same(right, left, 'codes of the native dialect');
      same(
        Object.entries(left).filter(([, code]) => code === 'none'),
        [],
        'what was not refused',
      );
      return `${Object.keys(left).length} refusals`;
    });
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      same(emulator.violations, [], 'violations');
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}

function edits(model: string): Operation[] {
  return [
    { do: 'set_alias', model, alias: 'Champion', version: 2 },
    { do: 'set_alias', model, alias: 'Candidate', version: 1 },
    { do: 'tag_model', model, key: 'team', value: 'risk' },
    { do: 'tag_version', model, version: 1, key: 'note', value: 'é, "quoted" | <b>' },
    { do: 'tag_version', model, version: 1, key: 'empty', value: '' },
    { do: 'describe', model, version: 1, description: 'Q3 retrain\nsecond line' },
    { do: 'describe_model', model, description: 'Card fraud' },
  ];
}
