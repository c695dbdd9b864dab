import { listAt } from '../call.ts';
import {
  createVersion,
  getFile,
  isDone,
  L,
  model,
  must,
  newModel,
  newVersion,
  putFile,
  readyVersion,
  setAlias,
  verdictOf,
} from '../fixtures.ts';
import { afterGrant, grant, principalsIn, readGrants, readPolicies, secondOf } from '../grants.ts';
import { Unseen } from '../unseen.ts';
import { MARKER } from '../scope.ts';
import type { World } from '../row-context.ts';
import type { Sights } from './kinds.ts';

const group = 'Rights of a second principal';
const needs = 'second-principal';

/** A model on which the second principal holds MANAGE and nothing else. */
function managed(world: World): Promise<{ readonly name: string; readonly version: number }> {
  return world.once('managed', async () => {
    await hidden(world);
    const name = await newModel(world, 'managed');
    const version = await newVersion(world, name);
    await grant(world, name, secondOf(world).caller.principal, ['MANAGE']);
    return { name, version };
  });
}

/** A model on which the second principal holds EXECUTE and nothing else, with a READY version. */
function executable(world: World): Promise<{ readonly name: string; readonly version: number }> {
  return world.once('executable', async () => {
    await hidden(world);
    const name = await newModel(world, 'executable');
    const version = await readyVersion(world, name);
    const second = secondOf(world);
    await grant(world, name, second.caller.principal, ['EXECUTE']);
    must(await afterGrant(world, () => model(second.call, 'GET', name)), 'EXECUTE of the second principal');
    return { name, version };
  });
}

/** A model on which the second principal holds nothing; who sees it all the same can tell nothing. */
function hidden(world: World): Promise<{ readonly name: string; readonly status: number }> {
  return world.once('hidden', async () => {
    const name = await newModel(world, 'hidden');
    const { status } = await model(secondOf(world).call, 'GET', name);
    if (status < 300) throw new Unseen('the second principal sees the model without a grant');
    return { name, status };
  });
}

/** Switches of what a principal may do who owns nothing. */
export const rightSights = {
  hiddenObject: {
    group,
    needs,
    see: async (world) => String((await hidden(world)).status),
  },
  missingObject: {
    group,
    needs,
    async see(world) {
      await hidden(world);
      return String((await model(secondOf(world).call, 'GET', world.name('never_made'))).status);
    },
  },
  createModelOnExistingWithoutRight: {
    group,
    needs,
    async see(world) {
      const { name } = await hidden(world);
      const create = (wanted: string) => {
        const json = { name: wanted, description: MARKER };
        return secondOf(world).call({ method: 'POST', template: `${L}/registered-models/create`, json });
      };
      if (isDone(await create(world.name('by_second')), 403))
        throw new Unseen('the second principal may create models');
      const told = await create(name);
      if (told.code === 'RESOURCE_ALREADY_EXISTS') return { value: 'exists', note: verdictOf(told) };
      return isDone(told, 403) ? 'created' : { value: 'denied', note: verdictOf(told) };
    },
  },
  grantsOfOthers: {
    group,
    needs,
    async see(world) {
      const { name } = await executable(world);
      const { principal } = world.first.caller;
      await grant(world, name, principal, ['EXECUTE']);
      const told = await readGrants(world, secondOf(world).call, name, { effective: true });
      if (!isDone(told, 403)) return { value: 'denied', note: verdictOf(told) };
      return principalsIn(told).includes(principal) ? 'readable' : 'own-only';
    },
  },
  policiesShown: {
    group,
    needs,
    async see(world) {
      await hidden(world);
      const told = await readPolicies(world, secondOf(world).call);
      return isDone(told, 403) ? 'everybody' : { value: 'managers', note: verdictOf(told) };
    },
  },
  groupMembers: {
    group,
    needs,
    async see(world) {
      const template = '/api/2.0/preview/scim/v2/Groups';
      const query = { count: 100, attributes: 'id,displayName,members' };
      const told = await secondOf(world).call({ method: 'GET', template, query });
      if (!isDone(told, 403)) return { value: 'denied', note: verdictOf(told) };
      const groups = listAt(told.body, 'Resources');
      if (groups.length === 0) throw new Unseen('the second principal is shown no group');
      const filled = groups.filter((group) => listAt(group, 'members').length > 0);
      const note = `${filled.length} of ${groups.length} groups are shown with members`;
      return { value: filled.length > 0 ? 'readable' : 'denied', note };
    },
  },
  pendingReadable: {
    group,
    needs,
    async see(world) {
      const { name, version } = await executable(world);
      const { call } = secondOf(world);
      const ready = await afterGrant(world, () => getFile(call, name, version, 'MLmodel'));
      must(ready, 'a file of a READY version, for the second principal');
      const pending = await newVersion(world, name);
      const file = { path: 'MLmodel', bytes: new Uint8Array([1]) };
      must(await putFile(world.first.call, name, pending, file), 'an upload');
      const told = await getFile(call, name, pending, 'MLmodel');
      return isDone(told, 400, 403, 404) ? 'true' : { value: 'false', note: verdictOf(told) };
    },
  },
  manageSeesMetadata: {
    group,
    needs,
    async see(world) {
      const { name } = await managed(world);
      const told = await afterGrant(world, () => model(secondOf(world).call, 'GET', name));
      return String(isDone(told, 403, 404));
    },
  },
  manageMovesAliases: {
    group,
    needs,
    async see(world) {
      const { name, version } = await managed(world);
      const told = await afterGrant(world, () => setAlias(secondOf(world).call, name, 'Managed', version));
      return isDone(told, 403) ? 'true' : { value: 'false', note: verdictOf(told) };
    },
  },
  manageUpdatesDescriptions: {
    group,
    needs,
    async see(world) {
      const { name } = await managed(world);
      const json = { comment: MARKER };
      const told = await afterGrant(world, () => model(secondOf(world).call, 'PATCH', name, { json }));
      return isDone(told, 403) ? 'true' : { value: 'false', note: verdictOf(told) };
    },
  },
  manageCreatesVersions: {
    group,
    needs,
    async see(world) {
      const { name } = await managed(world);
      const told = await afterGrant(world, () => createVersion(secondOf(world).call, name));
      return isDone(told, 403) ? 'true' : { value: 'false', note: verdictOf(told) };
    },
  },
} satisfies Sights;
