import { join } from 'node:path';
import { actionExists, expectCode, runAction } from './action.ts';
import { callMlflow } from './client.ts';
import { dependentTexts, withMlmodel } from './dependent-model.ts';
import { leaves } from './leaves.ts';
import { check, missingBundle, same } from './outcome.ts';
import type { CaseResult } from './outcome.ts';
import type { PeerContext, Server } from './script.ts';
import { RUN, startWorld } from './world.ts';

const name = 'interop fields';
const model = 'staging.ml_team.fields';
const copies = {
  mlflow: 'prod.ml_team.fields_by_mlflow',
  ours: 'prod.ml_team.fields_by_ours',
} as const;

/** Fields that differ in every copy: names, places, times, ids. In both they must be there, or in both not. */
const OWN =
  /\/(?:name|_?creation_timestamp|_?last_updated_timestamp|model_id|places\/\d+|storage_location)$/u;

/** Where our copy is another than MLflow's on purpose, with the reason. */
const INTENDED: readonly (readonly [path: RegExp, why: string])[] = [
  [/\/tags\/validation_status$/u, 'an approval does not travel'],
  [/\/tags\/uc_promote_\w+$/u, 'our copy says where it comes from'],
];

interface Finding {
  readonly alias?: string;
  readonly version: number | string;
}

/** A version with a run, dependencies, tags and a description, copied by MLflow's client and by us: each entity field by field. */
export async function* interopFields({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  for (const action of ['copy-version', 'validate-signature', 'audit-aliases']) {
    if (await actionExists(action)) continue;
    yield missingBundle(name, action);
    return;
  }
  const { emulator, token } = await startWorld({ nativeEnriched: true });
  const older: Server = { python, url: emulator.url, token };
  const newer: Server = { ...older, env: { MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY: 'true' } };
  const act = async (action: string, inputs: Readonly<Record<string, string>>, code = 0) => {
    const result = await runAction({ action, with: inputs, url: emulator.url, token });
    expectCode(result, code);
    return result.outputs;
  };
  try {
    yield await check(
      `${name}: MLflow registers with a run and dependencies, copies by alias; so do we`,
      () =>
        withMlmodel(
          join(fixtures, 'fraud_detection'),
          'interop_fields',
          (text) => text + dependentTexts.resources,
          async (folder) => {
            await callMlflow(older, [
              { do: 'register', folder, model, run: RUN.runId },
              { do: 'tag_version', model, version: 1, key: 'team', value: 'risk' },
              { do: 'tag_version', model, version: 1, key: 'validation_status', value: 'approved' },
              { do: 'describe', model, version: 1, description: 'Q3 retrain: é' },
              { do: 'set_alias', model, alias: 'Candidate', version: 1 },
              { do: 'copy', source: `models:/${model}@Candidate`, destination: copies.mlflow },
            ]);
            const outputs = await act('copy-version', {
              source: `models:/${model}@candidate`,
              destination: copies.ours,
              'create-destination': 'true',
            });
            same([outputs['source-version'], outputs['version']], ['1', '1'], 'versions');
            return '';
          },
        ),
    );
    for (const [dialect, server] of [
      ['older', older],
      ['native', newer],
    ] as const) {
      yield await check(`${name}: both copies by the ${dialect} dialect, field by field`, async () => {
        const [left, right] = await callMlflow(server, [
          { do: 'entities', model: copies.mlflow },
          { do: 'entities', model: copies.ours },
        ]);
        return compared(leaves(left), leaves(right));
      });
    }
    yield await check(`${name}: validate-signature takes what MLflow registered`, async () => {
      const outputs = await act('validate-signature', { model, alias: 'Candidate' });
      same([outputs['version'], outputs['valid']], ['1', 'true'], 'outputs');
      return outputs['uri'] ?? '';
    });
    yield await check(`${name}: audit-aliases sees the alias and the tag that MLflow sets`, async () => {
      const seen = async () => {
        const inputs = { models: model, require: 'validation_status=approved', 'fail-on': 'never' };
        const found = JSON.parse((await act('audit-aliases', inputs))['findings'] ?? '') as Finding[];
        return found.map(({ alias, version }) => [alias?.toLowerCase(), String(version)]);
      };
      const before = await seen();
      await callMlflow(older, [
        { do: 'tag_version', model, version: 1, key: 'validation_status', value: 'rejected' },
      ]);
      same((await seen()).slice(before.length), [['candidate', '1']], 'findings more than before');
      return `${before.length} before`;
    });
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      same(emulator.violations, [], 'violations');
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}

function compared(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): string {
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  const isThere = (value: unknown) => value !== undefined && value !== null && value !== '';
  const isSame = (path: string): boolean =>
    OWN.test(path)
      ? isThere(left.get(path)) === isThere(right.get(path))
      : left.get(path) === right.get(path) || INTENDED.some(([pattern]) => pattern.test(path));
  same(
    paths.filter((path) => !isSame(path)).map((path) => [path, left.get(path), right.get(path)]),
    [],
    'fields that differ',
  );
  return `${paths.length} fields; on purpose: ${INTENDED.map(([, why]) => why).join(', ')}`;
}
