import { join } from 'node:path';
import { z } from 'zod';
import type { Emulator } from '../../../emulator/index.ts';
import type { Dependency } from '../../../emulator/metastore/state.ts';
import { operations, type OperationName } from '../../../scripts/peers/interop-operations.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { RUN, startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, newestResponse, type Operation } from './client.ts';
import { dependentTexts, withMlmodel } from './dependent-model.ts';
import { dialectsOf, requireNativeCreated } from './dialects.ts';
import { leaves } from './leaves.ts';

const name = 'interop twins';
const ACTIONS = [
  'copy-version',
  'tag-status',
  'set-alias',
  'find-version',
  'validate-signature',
  'audit-aliases',
];

/** Fields that differ in every copy: names, places, times, ids. In both they must be there, or in both not. */
const OWN =
  /\/(?:name|_?creation_timestamp|_?last_updated_timestamp|model_id|places\/\d+|storage_location)$/u;

/** Where our copy is another than MLflow's on purpose, with the reason. */
const INTENDED: readonly (readonly [path: RegExp, why: string])[] = [
  [/\/tags\/validation_status$/u, 'an approval does not travel'],
  [/\/tags\/uc_promote_\w+$/u, 'we say where a copy comes from, and who moved an alias'],
];

const tagsOutput = z.record(z.string(), z.string());
const findings = z.array(
  z.object({ alias: z.string().optional(), version: z.union([z.string(), z.number()]) }),
);
const matrix = z.object({ include: z.array(z.object({ model: z.string(), version: z.number() })) });

type Act = (
  action: string,
  inputs: Readonly<Record<string, string>>,
) => Promise<Readonly<Record<string, string>>>;

/** One world, everything in it done twice: by MLflow's client in one dialect, and by us. */
interface Twins {
  readonly emulator: Emulator;
  /** Both dialects, to read by. */
  readonly readers: Readonly<Record<string, Server>>;
  readonly writer: Server;
  readonly act: Act;
  /** Written by MLflow's client, and by us. */
  readonly models: readonly [theirs: string, ours: string];
}

/**
 * Every operation that MLflow's client and our actions both have: done by each on a model of its own, read by each from
 * both, field by field, and taken back crosswise.
 */
export async function* interopTwins({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  for (const action of ACTIONS) {
    if (await actionExists(action)) continue;
    yield missingBundle(name, action);
    return;
  }
  const { emulator, token } = await startDemoEmulator({ nativeEnriched: true });
  const readers = dialectsOf({ python, url: emulator.url, token });
  const act: Act = async (action, inputs) => {
    const result = await runAction({ action, with: inputs, url: emulator.url, host: emulator, token });
    expectCode(result, 0);
    return result.outputs;
  };
  const compared = new Set<OperationName>();
  const both = async (
    title: string,
    judged: readonly OperationName[],
    body: () => Promise<string>,
  ): Promise<CaseResult> => {
    const result = await check(`${name}: ${title}`, body);
    if (result.verdict === 'ok') for (const each of judged) compared.add(each);
    return result;
  };
  try {
    for (const [dialect, writer] of Object.entries(readers)) {
      const models = [
        `prod.ml_team.twin_${dialect}_by_mlflow`,
        `prod.ml_team.twin_${dialect}_by_us`,
      ] as const;
      const twins: Twins = { emulator, readers, writer, act, models };
      const origin = `staging.ml_team.origin_${dialect}`;
      yield await both(
        `what MLflow registered, ${dialect} dialect, is copied by it and by us, with run and dependencies`,
        [
          'create_registered_model',
          'create_model_version',
          'copy_model_version',
          'get_model_version_by_alias',
        ],
        () =>
          withMlmodel(
            join(fixtures, 'fraud_detection'),
            `interop_twins_${dialect}`,
            (text) => text + dependentTexts.resources,
            (folder) => registeredAndCopied(twins, origin, folder),
          ),
      );
      yield await both(
        `its copy, ${dialect} dialect, and ours, field by field`,
        ['get_registered_model', 'get_model_version'],
        () => comparedBy(twins),
      );
      yield await both(
        `tags, descriptions and an alias set by MLflow, ${dialect} dialect, and by us, field by field`,
        [
          'set_registered_model_tag',
          'update_registered_model',
          'set_model_version_tag',
          'update_model_version',
          'set_registered_model_alias',
        ],
        async () => {
          await callMlflow(writer, theirEdits(models[0]));
          await ourEdits(act, models[1]);
          return comparedBy(twins);
        },
      );
      yield await both(
        `our actions read the same of what MLflow wrote, ${dialect} dialect, and of what we wrote`,
        ['get_registered_model', 'get_model_version', 'get_model_version_by_alias'],
        () => readByUs(twins),
      );
      yield await both(
        `MLflow, ${dialect} dialect, takes back what we set, and we what it set, field by field`,
        ['delete_registered_model_tag', 'delete_model_version_tag', 'delete_registered_model_alias'],
        () => takenBackCrosswise(twins),
      );
      yield await both(
        `audit-aliases sees the alias and the status that MLflow sets, ${dialect} dialect`,
        ['set_registered_model_alias', 'set_model_version_tag'],
        () => audited(twins, origin),
      );
    }
    for (const [dialect, reader] of Object.entries(readers)) {
      yield await both(
        `patterns of find-version find what MLflow's searches find, ${dialect} dialect`,
        ['search_registered_models', 'search_model_versions'],
        () => searched(act, reader),
      );
    }
    yield await both(`every operation of MLflow's client is compared, or we have none`, [], async () => {
      const [response] = await callMlflow(readers.older, [{ do: 'operations' }]);
      same(response, Object.keys(operations).sort(), 'operations');
      const had = Object.entries(operations).filter(([, { action }]) => action !== null);
      same([...compared].sort(), had.map(([each]) => each).sort(), 'operations that were compared');
      return `${had.length} compared, ${Object.keys(operations).length - had.length} that we do not have`;
    });
    yield {
      ...(await check(`${name}: nothing sent that the protocol does not know`, () => {
        same(emulator.violations, [], 'violations');
        requireNativeCreated(emulator);
        return `${emulator.requests.length} requests`;
      })),
      rows: [
        ['MLflow', 'Ours', '', ''],
        ...Object.entries(operations).map(([operation, { action, how }]) => [
          operation,
          action ?? 'none',
          how,
          [...compared].some((each) => each === operation) ? 'compared' : '',
        ]),
      ],
    };
  } finally {
    await emulator.close();
  }
}

async function registeredAndCopied(
  { emulator, readers, writer, act, models: [theirs, ours] }: Twins,
  origin: string,
  folder: string,
): Promise<string> {
  await callMlflow(writer, [
    { do: 'register', folder, model: origin, run: RUN.runId },
    { do: 'tag_version', model: origin, version: 1, key: 'team', value: 'risk' },
    { do: 'tag_version', model: origin, version: 1, key: 'validation_status', value: 'approved' },
    { do: 'describe', model: origin, version: 1, description: 'Q3 retrain: é' },
    { do: 'set_alias', model: origin, alias: 'Candidate', version: 1 },
    // No logged model of it is known yet: then MLflow 3.17.2 leaves out what the model depends on, and we do not.
    { do: 'copy', source: `models:/${origin}@Candidate`, destination: `${theirs}_unlinked` },
  ]);
  const versionOf = (model: string) => {
    const version = emulator.metastore.model(model).versions.get(1);
    if (version === undefined) throw new Error(`${model} has no version 1`);
    return version;
  };
  const modelId = (versionOf(origin).modelId ??= 'm-of-the-origin');
  emulator.metastore.addLoggedModel({ modelId, sourceRunId: RUN.runId });
  await callMlflow(writer, [{ do: 'copy', source: `models:/${origin}@Candidate`, destination: theirs }]);
  const outputs = await act('copy-version', {
    source: `models:/${origin}@candidate`,
    destination: ours,
    'create-destination': 'true',
  });
  same([outputs['source-version'], outputs['version']], ['1', '1'], 'versions');
  const valid = await act('validate-signature', { model: origin, alias: 'Candidate' });
  same([valid['version'], valid['valid']], ['1', 'true'], 'what validate-signature says');
  same(versionOf(`${theirs}_unlinked`).dependencies, [], 'dependencies of the copy without a logged model');
  const found = [theirs, ours].map((model) => versionOf(model).dependencies);
  const reported = writer === readers['older'] ? found : found.map(nativeDependencies);
  same(reported[1], reported[0], 'dependencies of our copy');
  if (reported[0]?.length === 0) throw new Error('no copy has a dependency');
  return `${reported[0]?.length ?? 0} dependencies`;
}

/** As the native family says them: it has no word for an endpoint, and a vector index is a table to it. */
function nativeDependencies(all: readonly Dependency[]): Dependency[] {
  return all
    .filter(({ type }) => type !== 'DATABRICKS_MODEL_ENDPOINT')
    .map((each) => (each.type === 'DATABRICKS_VECTOR_INDEX' ? { ...each, type: 'DATABRICKS_TABLE' } : each));
}

function theirEdits(model: string): Operation[] {
  return [
    { do: 'tag_model', model, key: 'team', value: 'risk' },
    { do: 'tag_model', model, key: 'note', value: 'é, "quoted" | <b>' },
    { do: 'describe_model', model, description: 'Card fraud: é' },
    { do: 'tag_version', model, version: 1, key: 'cohort', value: 'q3' },
    { do: 'tag_version', model, version: 1, key: 'empty', value: '' },
    { do: 'describe', model, version: 1, description: 'Q4 retrain, reviewed' },
    { do: 'set_alias', model, alias: 'Champion', version: 1 },
  ];
}

async function ourEdits(act: Act, model: string): Promise<void> {
  await act('tag-status', {
    model,
    tags: 'team=risk\nnote=é, "quoted" | <b>',
    description: 'Card fraud: é',
  });
  await act('tag-status', {
    model,
    version: '1',
    tags: 'cohort=q3\nempty=',
    description: 'Q4 retrain, reviewed',
  });
  await act('set-alias', { model, alias: 'Champion', version: '1' });
}

async function readByUs({ act, models }: Twins): Promise<string> {
  const read = async (model: string) => {
    const ofModel = await act('tag-status', { model, require: 'team=risk' });
    const ofVersion = await act('tag-status', { model, alias: 'champion', require: 'cohort=q3' });
    const byAlias = await act('find-version', { model, alias: 'champion', where: 'cohort=q3' });
    const others = (tags: string | undefined) =>
      Object.fromEntries(
        Object.entries(tagsOutput.parse(JSON.parse(tags ?? ''))).filter(
          ([key]) => !/^(?:uc_promote_|validation_status$)/u.test(key),
        ),
      );
    return {
      model: others(ofModel['tags']),
      version: others(ofVersion['tags']),
      numbers: [ofVersion['version'], byAlias['version'], byAlias['found']],
    };
  };
  const [theirs, ours] = [await read(models[0]), await read(models[1])];
  same(theirs, ours, 'what our actions read of what MLflow wrote');
  return JSON.stringify(theirs);
}

async function takenBackCrosswise(twins: Twins): Promise<string> {
  const {
    act,
    writer,
    models: [theirs, ours],
  } = twins;
  await callMlflow(writer, [
    { do: 'untag_model', model: ours, key: 'team' },
    { do: 'untag_version', model: ours, version: 1, key: 'cohort' },
    { do: 'delete_alias', model: ours, alias: 'Champion' },
  ]);
  await act('tag-status', { model: theirs, 'remove-tags': 'team' });
  await act('tag-status', { model: theirs, version: '1', 'remove-tags': 'cohort' });
  await act('set-alias', { model: theirs, alias: 'Champion', delete: 'true' });
  const left = [theirs, ours].map((model) => {
    const { aliases, tags, versions } = twins.emulator.metastore.model(model);
    const others = [...tags.keys()].filter((key) => !key.startsWith('uc_promote_moves_'));
    return [aliases.size, others, versions.get(1)?.tags.has('cohort')];
  });
  same(
    left,
    [
      [0, ['note'], false],
      [0, ['note'], false],
    ],
    'what is left',
  );
  return comparedBy(twins);
}

async function audited({ act, writer }: Twins, model: string): Promise<string> {
  const seen = async () => {
    const inputs = { models: model, require: 'validation_status=approved', 'fail-on': 'never' };
    const found = findings.parse(JSON.parse((await act('audit-aliases', inputs))['findings'] ?? ''));
    return found.map(({ alias, version }) => [alias?.toLowerCase(), String(version)]);
  };
  const before = await seen();
  await callMlflow(writer, [
    { do: 'tag_version', model, version: 1, key: 'validation_status', value: 'rejected' },
  ]);
  same((await seen()).slice(before.length), [['candidate', '1']], 'findings more than before');
  return `${before.length} before`;
}

/** Patterns, and what a name that they mean begins with. */
const PATTERNS = {
  'prod.ml_team.twin_*': 'prod.ml_team.twin_',
  'prod.ml_team.twin_native*': 'prod.ml_team.twin_native',
  'staging.ml_team.*': 'staging.ml_team.',
  'prod.*': 'prod.',
} as const;

async function searched(act: Act, reader: Server): Promise<string> {
  const [response] = await callMlflow(reader, [{ do: 'newest' }]);
  const newest = Object.entries(newestResponse.parse(response)).sort();
  const counts: string[] = [];
  for (const [pattern, start] of Object.entries(PATTERNS)) {
    const outputs = await act('find-version', { model: pattern });
    const { include } = matrix.parse(JSON.parse(outputs['matrix'] ?? ''));
    const found = include.map(({ model, version }) => [model, version]).sort();
    const wanted = newest.filter(([model]) => model.startsWith(start));
    same(found, wanted, pattern);
    if (found.length === 0) throw new Error(`${pattern} means nothing here`);
    counts.push(`${pattern}: ${found.length}`);
  }
  return counts.join(', ');
}

/** Both models, as each dialect of MLflow's client reads them. */
async function comparedBy({ readers, models }: Twins): Promise<string> {
  const counts: string[] = [];
  for (const [dialect, server] of Object.entries(readers)) {
    const [left, right] = (
      await callMlflow(
        server,
        models.map((model) => ({ do: 'entities', model }) as const),
      )
    ).map((response) => leaves(response));
    if (left === undefined || right === undefined) throw new Error('no answer');
    counts.push(`${fieldsOf(left, right)} fields read by the ${dialect} dialect`);
  }
  return `${counts.join(', ')}; on purpose: ${INTENDED.map(([, why]) => why).join(', ')}`;
}

/** How many fields there are; throws with those that differ. */
function fieldsOf(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): number {
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
  return paths.length;
}
