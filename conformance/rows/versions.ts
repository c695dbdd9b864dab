import { at, textAt } from '../call.ts';
import {
  createVersion,
  finalize,
  isDone,
  L,
  main,
  MLMODEL,
  must,
  N,
  newModel,
  newVersion,
  putFile,
  readVersion,
  readUntilReady,
  readyVersion,
  verdictOf,
  WEIGHTS,
} from '../fixtures.ts';
import type { Row } from '../row.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Versions';

/** Switches of a version's life, seen by the owner of its model. */
export const versionSights = {
  writesAfterFinalize: {
    group,
    async see(world) {
      const { name, version } = await main(world);
      const told = await putFile(world.first.call, name, version, {
        path: 'data/weights.bin',
        bytes: WEIGHTS,
      });
      return isDone(told, 400, 403, 409) ? 'accepted' : { value: 'refused', note: verdictOf(told) };
    },
  },
  secondFinalize: {
    group,
    async see(world) {
      const { name, version } = await main(world);
      const told = await finalize(world.first.call, name, version);
      return isDone(told, 400, 403, 409, 500) ? 'ok' : { value: 'error', note: verdictOf(told) };
    },
  },
  finalizeDelay: {
    group,
    async see(world) {
      const name = await newModel(world, 'delay');
      const version = await newVersion(world, name);
      must(await putFile(world.first.call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
      const told = must(await finalize(world.first.call, name, version), 'finalize');
      if (at(told.body, 'model_version', 'status') === 'READY') return 'none';
      const reads = await readUntilReady(world, name, version);
      return { value: 'two-reads', note: `READY at read ${reads} after finalize` };
    },
  },
  signatureCheckedAtFinalize: {
    group,
    async see(world) {
      const name = await newModel(world, 'unsigned');
      const version = await newVersion(world, name);
      const bytes = new TextEncoder().encode('flavors: {}\n');
      must(await putFile(world.first.call, name, version, { path: 'MLmodel', bytes }), 'an upload');
      const told = await finalize(world.first.call, name, version);
      return isDone(told, 400, 409) ? 'false' : { value: 'true', note: verdictOf(told) };
    },
  },
  deleteOfPending: {
    group,
    async see(world) {
      const name = await newModel(world, 'pending');
      const json = { name, version: String(await newVersion(world, name)) };
      const told = await world.first.call({
        method: 'DELETE',
        template: `${L}/model-versions/delete`,
        json,
      });
      return isDone(told, 400, 403, 409) ? 'ok' : { value: 'refused', note: verdictOf(told) };
    },
  },
  deploymentJobFiresAt: {
    group,
    needs: 'deployment-job',
    async see(world) {
      const { call } = world.first;
      const name = await newModel(world, 'job', { deployment_job_id: world.extras.deploymentJob });
      const version = await newVersion(world, name);
      const started = async () =>
        at(must(await readVersion(call, name, version), 'a version').body, ...STATE) !== undefined;
      if (await started()) return 'create';
      must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
      must(await finalize(call, name, version), 'finalize');
      await readUntilReady(world, name, version);
      if (await started()) return 'finalize';
      throw new Unseen('the version shows no run of the job');
    },
  },
} satisfies Sights;

const STATE = ['model_version', 'deployment_job_state'] as const;

/** What else is built on about versions. */
export const versionFacts: readonly Row[] = [
  fact(
    'version-absent',
    { group, about: 'reading a version that does not exist', assumed: '404 RESOURCE_DOES_NOT_EXIST' },
    async (world) => {
      const params = { name: (await main(world)).name, version: '999' };
      const template = `${N}/models/{name}/versions/{version}`;
      return verdictOf(await world.first.call({ method: 'GET', template, params }));
    },
  ),
  fact(
    'version-life',
    {
      group,
      about: 'status of a version after create, and after finalize',
      assumed: 'PENDING_REGISTRATION, READY',
    },
    async (world) => {
      const name = await newModel(world, 'life');
      const { call } = world.first;
      const made = must(await createVersion(call, name), 'a pending version');
      const version = Number(at(made.body, 'model_version', 'version'));
      must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
      must(await finalize(call, name, version), 'finalize');
      await readUntilReady(world, name, version);
      return `${String(at(made.body, 'model_version', 'status'))}, READY`;
    },
  ),
  fact(
    'version-numbers',
    {
      group,
      about: 'numbers go up from 1, and a deleted one is not given again',
      assumed: '1, 2, 3 after deleting 2',
    },
    async (world) => {
      const name = await newModel(world, 'numbers');
      const first = await newVersion(world, name);
      const second = await readyVersion(world, name);
      const params = { name, version: String(second) };
      const template = `${N}/models/{name}/versions/{version}`;
      isDone(await world.first.call({ method: 'DELETE', template, params }));
      return `${first}, ${second}, ${await newVersion(world, name)} after deleting ${second}`;
    },
  ),
  fact(
    'version-creator',
    {
      group,
      about: 'a version says who created it, as Me says who the caller is: a lost answer is found by it',
      assumed: 'the caller',
    },
    async (world) => {
      const { name, version } = await main(world);
      const told = must(await readVersion(world.first.call, name, version), 'a version');
      const creator = textAt(told.body, 'model_version', 'user_id');
      return world.first.caller.alsoKnownAs.includes(creator)
        ? 'the caller'
        : creator === ''
          ? 'nobody'
          : 'another spelling';
    },
  ),
];
