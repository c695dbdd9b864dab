import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { moreVersions, PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { faultsOfEnd } from './end-rules.ts';
import { changesVariable, deletesEndpoint, servesVersion, withdrawsEndpoint } from './foreign-write.ts';
import type { Intent } from './intent.ts';
import {
  ALIAS_PATH,
  endOf,
  reads,
  readsAll,
  somebody,
  ScriptedHistory,
  writes,
  type Step,
} from './scripted-history.ts';
import { faultsOfWrites } from './write-rules.ts';

const NAME = 'fraud-rt';
const SERVE: Intent = { model: PROD, endpoint: { name: NAME, alias: 'Champion' } };
const PROMOTE: Intent = { ...SERVE, alias: { name: 'Champion', to: 2, expected: 1 } };

const move = (to: number) => (metastore: Metastore) => metastore.setAlias(PROD, 'Champion', to);
const serve = (version: number, name = NAME) => servesVersion(name, version).write;
const readsEndpoint = reads(`/api/2.0/serving-endpoints/${NAME}`, reads(ALIAS_PATH));

function other(metastore: Metastore): void {
  const served = metastore.state.workspace.endpoints.get(NAME)?.config?.served[1];
  if (served !== undefined) served.fields = { ...served.fields, workload_size: 'Large' };
}

/** Champion names 1, and both endpoints serve it beside a function of features. */
function world(metastore: Metastore): void {
  moreVersions(metastore);
  for (const name of [NAME, 'fraud-eu'])
    metastore.workspace.addEndpoint(name, {
      creator: PROMOTER,
      served: [
        { entity_name: PROD, entity_version: '1', percent: 80 },
        { entity_name: 'prod.ml_team.features', name: 'features', percent: 20 },
      ],
    });
}

const of = (steps: readonly Step[]) => ScriptedHistory.of(world, steps);

describe('an update of an endpoint', () => {
  test.each<readonly [title: string, steps: readonly Step[]]>([
    ['to what its alias names', [somebody(move(2)), readsEndpoint, writes(serve(2))]],
    [
      'after the alias was moved by the same run',
      [readsEndpoint, writes(move(2)), readsEndpoint, writes(serve(2))],
    ],
    [
      'that somebody changed before it was read',
      [somebody(changesVariable(NAME).write), readsEndpoint, writes(serve(1))],
    ],
    [
      'whose alias moved after it was read: nobody can win that',
      [readsEndpoint, somebody(move(2)), writes(serve(1))],
    ],
  ])('%s is right', async (_title, steps) => {
    expect(faultsOfWrites(await of(steps), new Map([['A1', PROMOTE]]))).toEqual([]);
  });

  test.each<readonly [title: string, steps: readonly Step[], wrong: RegExp]>([
    [
      'to what its alias does not name',
      [readsEndpoint, writes(serve(3))],
      /although Champion did not name it/u,
    ],
    [
      'that somebody changed after it was read',
      [readsEndpoint, somebody(changesVariable(NAME).write), somebody(move(2)), readsAll(), writes(serve(2))],
      /although somebody else had changed it/u,
    ],
    ['that loses a variable', [readsEndpoint, writes(changesVariable(NAME).write)], /a setting has changed/u],
    ['that changes another entity', [readsEndpoint, writes(other)], /another entity has changed/u],
    ['that nobody named', [readsEndpoint, writes(serve(2, 'fraud-eu'))], /nobody asked for that/u],
    ['that deletes it', [readsEndpoint, writes(deletesEndpoint(NAME).write)], /was made or deleted/u],
  ])('%s is wrong', async (_title, steps, wrong) => {
    const faults = faultsOfWrites(await of(steps), new Map([['A1', SERVE]]));
    expect(faults.join('\n')).toMatch(wrong);
  });

  test('by who was not asked for one is wrong; rights that somebody takes away are seen', async () => {
    const steps = [readsEndpoint, writes(serve(2))];
    const faults = faultsOfWrites(await of(steps), new Map([['A1', { model: PROD }]]));
    expect(faults.join('\n')).toMatch(/nobody asked for that/u);
    const history = await of([somebody(withdrawsEndpoint(NAME).write)]);
    expect(history.state).not.toEqual(history.before);
    expect(faultsOfWrites(history, new Map([['A1', SERVE]]))).toEqual([]);
  });
});

describe('what a run says of an endpoint', () => {
  const steps = [somebody(move(2)), readsEndpoint, writes(serve(2)), readsEndpoint];
  const made = { change: { kind: 'serving', endpoint: NAME }, state: 'done' } as const;
  const said = { outputs: { version: '2' }, report: { changed: true, changes: [made] } };

  test('an update that the report has', async () => {
    expect(faultsOfEnd(await of(steps), endOf(said), SERVE)).toEqual([]);
  });

  test.each<readonly [string, Parameters<typeof endOf>[0], readonly Step[], RegExp]>([
    [
      'an update that the report does not have',
      { ...said, report: { changed: true } },
      steps,
      /does not say so/u,
    ],
    [
      'ok, and it serves another version',
      said,
      [somebody(move(2)), readsEndpoint],
      /fraud-rt does not serve 2/u,
    ],
    [
      'ok, and the alias never named that',
      { outputs: { version: '3' } },
      [somebody(serve(3)), readsEndpoint],
      /Champion never named 3/u,
    ],
    [
      'killed after an update that the journal has only planned',
      {
        code: null,
        report: null,
        journal: [{ change: `endpoint ${NAME} of ${PROD}: 1 → 2`, state: 'planned' }],
      },
      steps,
      /updated fraud-rt, and its journal has not begun that/u,
    ],
  ])('%s', async (_title, end, events, wrong) => {
    expect(faultsOfEnd(await of(events), endOf(end), SERVE).join('\n')).toMatch(wrong);
  });

  test('killed between alias and endpoint: the journal has to know the endpoint', async () => {
    const history = await of([readsEndpoint, writes(move(2))]);
    const moved = { change: `${PROD}@Champion 1 → 2`, state: 'begun' };
    const planned = { change: `endpoint ${NAME} of ${PROD}: 1 → 2`, state: 'planned' };
    const faults = (journal: (typeof moved)[]) =>
      faultsOfEnd(history, endOf({ code: null, report: null, journal }), PROMOTE);
    expect(faults([moved, planned])).toEqual([]);
    expect(faults([moved]).join('\n')).toMatch(/its journal does not know fraud-rt/u);
  });
});
