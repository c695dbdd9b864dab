import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { serverSource } from '../../../src/registry/mlflow/files.ts';
import { hashFiles } from '../../../src/transfer/read-files.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { clientOf, refusal } from '../../http/client-bench.ts';
import { startPlaceServer, type ServedModel, type ServedPlace } from './place-server.ts';

const ID = `m-${'0a'.repeat(16)}`;
const FILES = { MLmodel: 'flavors', 'data/model.pkl': 'weights', 'data/more/tree.txt': 'deep' };
const within = (folder: string) =>
  Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`${folder}/${path}`, text]));
const MODEL: ServedModel = {
  id: ID,
  name: 'fraud',
  run: 'r1',
  root: `s3://b/0/models/${ID}/artifacts`,
  files: FILES,
};
const EMPTY_RUN = { root: 's3://b/0/r1/artifacts', files: {} };

async function read(place: ServedPlace) {
  const server = await startPlaceServer(place);
  const { http } = await clientOf(server.url);
  const source = serverSource(http, { catalog: '', schema: '', model: 'fraud' }, 1);
  const reading = async () => {
    const hashed = await hashFiles(await source.list(), source, {
      window: new BufferWindow(),
      refuseWhenCancelled: () => undefined,
    });
    return Object.fromEntries(hashed.map(({ path, sha256 }) => [path, sha256]));
  };
  return { server, source, reading };
}

const EXPECTED = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [path, createHash('sha256').update(text).digest('hex')]),
);

describe('the files of a version are listed and read', () => {
  test.each<[string, ServedPlace]>([
    [
      'below a run',
      {
        uri: 's3://b/0/r1/artifacts/model',
        row: { run_id: 'r1' },
        runs: { r1: { root: 's3://b/0/r1/artifacts', files: within('model') } },
      },
    ],
    [
      'at the root of a run',
      {
        uri: '/srv/0/r1/artifacts',
        row: { run_id: 'r1' },
        runs: { r1: { root: '/srv/0/r1/artifacts/', files: FILES } },
      },
    ],
    [
      'of a logged model, by the id of the version',
      { uri: MODEL.root, row: { run_id: 'r1', model_id: ID }, runs: { r1: EMPTY_RUN }, models: [MODEL] },
    ],
    [
      'of a logged model, by its source',
      {
        uri: 'file:///srv/models/x',
        row: { source: `models:/${ID}` },
        models: [{ ...MODEL, root: 'file:///srv/models/x' }],
      },
    ],
    [
      'of a logged model, by where a copy of a copy lies',
      {
        uri: MODEL.root,
        row: { source: 'models:/staging/3', run_id: 'r1' },
        runs: { r1: EMPTY_RUN },
        models: [MODEL],
      },
    ],
    [
      'in a folder of a logged model',
      { uri: `${MODEL.root}/inner`, row: { model_id: ID }, models: [{ ...MODEL, files: within('inner') }] },
    ],
    [
      'of runs:/ a folder of the run',
      {
        uri: 'runs:/r1/old/model',
        runs: { r1: { ...EMPTY_RUN, files: within('old/model') } },
        models: [MODEL],
      },
    ],
    [
      'of runs:/ a folder of the run, on a server before MLflow 3',
      { uri: 'runs:/r1/model/', runs: { r1: { ...EMPTY_RUN, files: within('model') } } },
    ],
    [
      'of runs:/ the whole run',
      { uri: 'runs:/r1', runs: { r1: { ...EMPTY_RUN, files: FILES } }, models: [MODEL] },
    ],
    [
      'of runs:/ a logged model of that name, of that run',
      {
        uri: 'runs:/r1/fraud',
        runs: { r1: EMPTY_RUN },
        models: [{ ...MODEL, id: 'm-1', run: 'r2', files: { MLmodel: 'of others' } }, MODEL],
      },
    ],
    [
      'of runs:/ a folder of a logged model',
      {
        uri: 'runs:/r1/fraud/inner',
        runs: { r1: EMPTY_RUN },
        models: [{ ...MODEL, files: within('inner') }],
      },
    ],
  ])('%s', async (_where, place) => {
    const { reading } = await read(place);
    expect(await reading()).toEqual(EXPECTED);
  });
});

describe('a version is unsupported, and nothing of it is read,', () => {
  test.each<[string, ServedPlace, string]>([
    [
      'that lies elsewhere than its run and its logged model',
      { uri: 's3://other/x', row: { run_id: 'r1', model_id: ID }, runs: { r1: EMPTY_RUN }, models: [MODEL] },
      '(s3:) and belong to no run or logged model',
    ],
    [
      'beside a run of which the name only begins alike',
      { uri: 's3://b/0/r1/artifacts-2/x', row: { run_id: 'r1' }, runs: { r1: EMPTY_RUN }, models: [] },
      'belong to no run',
    ],
    [
      'whose URI names a logged model that lies elsewhere',
      { uri: `gs://c/${ID}/artifacts`, models: [MODEL] },
      '(gs:)',
    ],
    [
      'that is a folder of the run and a logged model',
      { uri: 'runs:/r1/fraud', runs: { r1: { ...EMPTY_RUN, files: within('fraud') } }, models: [MODEL] },
      `logged model ${ID}`,
    ],
  ])('%s', async (_where, place, said) => {
    const { server, reading } = await read(place);
    const { outcome, message } = await refusal(reading());
    expect(outcome).toBe('unsupported');
    expect(message).toContain(said);
    expect(server.calls.filter((call) => /get-artifact|artifacts\/files/u.test(call))).toEqual([]);
  });
});

test('MLmodel alone is one request, wherever the version lies', async () => {
  const { server, source } = await read({ uri: MODEL.root, row: { model_id: ID }, models: [MODEL] });
  expect(Buffer.from((await source.read('MLmodel', 100)) ?? []).toString()).toBe('flavors');
  expect(server.calls).toEqual(['/model-versions/get-artifact']);
});
