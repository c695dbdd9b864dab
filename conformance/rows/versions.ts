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
    async see(context) {
      const { name, version } = await main(context);
      const response = await putFile(context.first.call, name, version, {
        path: 'data/weights.bin',
        bytes: WEIGHTS,
      });
      return isDone(response, 400, 403, 409) ? 'accepted' : { value: 'refused', note: verdictOf(response) };
    },
  },
  secondFinalize: {
    group,
    async see(context) {
      const { name, version } = await main(context);
      const response = await finalize(context.first.call, name, version);
      return isDone(response, 400, 403, 409, 500) ? 'ok' : { value: 'error', note: verdictOf(response) };
    },
  },
  finalizeDelay: {
    group,
    async see(context) {
      const name = await newModel(context, 'delay');
      const version = await newVersion(context, name);
      must(
        await putFile(context.first.call, name, version, { path: 'MLmodel', bytes: MLMODEL }),
        'an upload',
      );
      const response = must(await finalize(context.first.call, name, version), 'finalize');
      if (at(response.body, 'model_version', 'status') === 'READY') return 'none';
      const reads = await readUntilReady(context, name, version);
      return { value: 'two-reads', note: `READY at read ${reads} after finalize` };
    },
  },
  signatureCheckedAtFinalize: {
    group,
    async see(context) {
      const name = await newModel(context, 'unsigned');
      const version = await newVersion(context, name);
      const bytes = new TextEncoder().encode('flavors: {}\n');
      must(await putFile(context.first.call, name, version, { path: 'MLmodel', bytes }), 'an upload');
      const response = await finalize(context.first.call, name, version);
      return isDone(response, 400, 409) ? 'false' : { value: 'true', note: verdictOf(response) };
    },
  },
  versionModelId: {
    group,
    async see(context) {
      const { name, version } = await main(context);
      const read = must(await readVersion(context.first.call, name, version), 'a version');
      const id = textAt(read.body, 'model_version', 'model_id') ?? '';
      return id === '' ? 'given' : 'always';
    },
  },
  deleteOfPending: {
    group,
    async see(context) {
      const name = await newModel(context, 'pending');
      const json = { name, version: String(await newVersion(context, name)) };
      const response = await context.first.call({
        method: 'DELETE',
        template: `${L}/model-versions/delete`,
        json,
      });
      return isDone(response, 400, 403, 409) ? 'ok' : { value: 'refused', note: verdictOf(response) };
    },
  },
  deploymentJobFiresAt: {
    group,
    needs: 'deployment-job',
    async see(context) {
      const { call } = context.first;
      const name = await newModel(context, 'job', { deployment_job_id: context.extras.deploymentJob });
      const version = await newVersion(context, name);
      const started = async () =>
        at(must(await readVersion(call, name, version), 'a version').body, ...STATE) !== undefined;
      if (await started()) return 'create';
      must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
      must(await finalize(call, name, version), 'finalize');
      await readUntilReady(context, name, version);
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
    async (context) => {
      const params = { name: (await main(context)).name, version: '999' };
      const template = `${N}/models/{name}/versions/{version}`;
      return verdictOf(await context.first.call({ method: 'GET', template, params }));
    },
  ),
  fact(
    'version-life',
    {
      group,
      about: 'status of a version after create, and after finalize',
      assumed: 'PENDING_REGISTRATION, READY',
    },
    async (context) => {
      const name = await newModel(context, 'life');
      const { call } = context.first;
      const made = must(await createVersion(call, name), 'a pending version');
      const version = Number(at(made.body, 'model_version', 'version'));
      must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
      must(await finalize(call, name, version), 'finalize');
      await readUntilReady(context, name, version);
      return `${String(at(made.body, 'model_version', 'status'))}, READY`;
    },
  ),
  fact(
    'version-numbers',
    {
      group,
      about: 'numbers increase from 1, and a deleted number is not used again',
      assumed: '1, 2, 3 after deleting 2',
    },
    async (context) => {
      const name = await newModel(context, 'numbers');
      const first = await newVersion(context, name);
      const second = await readyVersion(context, name);
      const params = { name, version: String(second) };
      const template = `${N}/models/{name}/versions/{version}`;
      isDone(await context.first.call({ method: 'DELETE', template, params }));
      return `${first}, ${second}, ${await newVersion(context, name)} after deleting ${second}`;
    },
  ),
  fact(
    'version-creator',
    {
      group,
      about:
        'a version names its creator as Me names the caller, so a version whose creation got no response can be found',
      assumed: 'the caller',
    },
    async (context) => {
      const { name, version } = await main(context);
      const response = must(await readVersion(context.first.call, name, version), 'a version');
      const creator = textAt(response.body, 'model_version', 'user_id');
      return context.first.caller.alsoKnownAs.includes(creator)
        ? 'the caller'
        : creator === ''
          ? 'nobody'
          : 'another spelling';
    },
  ),
];
