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
import type { RowContext } from '../row-context.ts';
import type { Sights } from './kinds.ts';

const group = 'Rights of a second principal';
const needs = 'second-principal';

/** A model on which the second principal holds MANAGE and nothing else. */
function managed(context: RowContext): Promise<{ readonly name: string; readonly version: number }> {
  return context.once('managed', async () => {
    await hidden(context);
    const name = await newModel(context, 'managed');
    const version = await newVersion(context, name);
    await grant(context, name, secondOf(context).caller.principal, ['MANAGE']);
    return { name, version };
  });
}

/** A model on which the second principal holds EXECUTE and nothing else, with a READY version. */
function executable(context: RowContext): Promise<{ readonly name: string; readonly version: number }> {
  return context.once('executable', async () => {
    await hidden(context);
    const name = await newModel(context, 'executable');
    const version = await readyVersion(context, name);
    const second = secondOf(context);
    await grant(context, name, second.caller.principal, ['EXECUTE']);
    must(await afterGrant(context, () => model(second.call, 'GET', name)), 'EXECUTE of the second principal');
    return { name, version };
  });
}

/** A model on which the second principal holds nothing; whoever sees it all the same shows nothing. */
function hidden(context: RowContext): Promise<{ readonly name: string; readonly status: number }> {
  return context.once('hidden', async () => {
    const name = await newModel(context, 'hidden');
    const { status } = await model(secondOf(context).call, 'GET', name);
    if (status < 300) throw new Unseen('the second principal sees the model without a grant');
    return { name, status };
  });
}

/** Switches of what a principal may do who owns nothing. */
export const rightSights = {
  hiddenObject: {
    group,
    needs,
    see: async (context) => String((await hidden(context)).status),
  },
  missingObject: {
    group,
    needs,
    async see(context) {
      await hidden(context);
      return String((await model(secondOf(context).call, 'GET', context.name('never_made'))).status);
    },
  },
  createModelOnExistingWithoutRight: {
    group,
    needs,
    async see(context) {
      const { name } = await hidden(context);
      const create = (wanted: string) => {
        const json = { name: wanted, description: MARKER };
        return secondOf(context).call({ method: 'POST', template: `${L}/registered-models/create`, json });
      };
      if (isDone(await create(context.name('by_second')), 403))
        throw new Unseen('the second principal may create models');
      const response = await create(name);
      if (response.code === 'RESOURCE_ALREADY_EXISTS') return { value: 'exists', note: verdictOf(response) };
      return isDone(response, 403) ? 'created' : { value: 'denied', note: verdictOf(response) };
    },
  },
  grantsOfOthers: {
    group,
    needs,
    async see(context) {
      const { name } = await executable(context);
      const { principal } = context.first.caller;
      await grant(context, name, principal, ['EXECUTE']);
      const response = await readGrants(context, secondOf(context).call, name, { effective: true });
      if (!isDone(response, 403)) return { value: 'denied', note: verdictOf(response) };
      return principalsIn(response).includes(principal) ? 'readable' : 'own-only';
    },
  },
  policiesShown: {
    group,
    needs,
    async see(context) {
      await hidden(context);
      const response = await readPolicies(context, secondOf(context).call);
      return isDone(response, 403) ? 'everybody' : { value: 'managers', note: verdictOf(response) };
    },
  },
  groupMembers: {
    group,
    needs,
    async see(context) {
      const template = '/api/2.0/preview/scim/v2/Groups';
      const query = { count: 100, attributes: 'id,displayName,members' };
      const response = await secondOf(context).call({ method: 'GET', template, query });
      if (!isDone(response, 403)) return { value: 'denied', note: verdictOf(response) };
      const groups = listAt(response.body, 'Resources');
      if (groups.length === 0) throw new Unseen('the second principal is shown no group');
      const filled = groups.filter((group) => listAt(group, 'members').length > 0);
      const note = `${filled.length} of ${groups.length} groups are shown with members`;
      return { value: filled.length > 0 ? 'readable' : 'denied', note };
    },
  },
  pendingReadable: {
    group,
    needs,
    async see(context) {
      const { name, version } = await executable(context);
      const { call } = secondOf(context);
      const ready = await afterGrant(context, () => getFile(call, name, version, 'MLmodel'));
      must(ready, 'a file of a READY version, for the second principal');
      const pending = await newVersion(context, name);
      const file = { path: 'MLmodel', bytes: new Uint8Array([1]) };
      must(await putFile(context.first.call, name, pending, file), 'an upload');
      const response = await getFile(call, name, pending, 'MLmodel');
      return isDone(response, 400, 403, 404) ? 'true' : { value: 'false', note: verdictOf(response) };
    },
  },
  manageSeesMetadata: {
    group,
    needs,
    async see(context) {
      const { name } = await managed(context);
      const response = await afterGrant(context, () => model(secondOf(context).call, 'GET', name));
      return String(isDone(response, 403, 404));
    },
  },
  manageMovesAliases: {
    group,
    needs,
    async see(context) {
      const { name, version } = await managed(context);
      const response = await afterGrant(context, () =>
        setAlias(secondOf(context).call, name, 'Managed', version),
      );
      return isDone(response, 403) ? 'true' : { value: 'false', note: verdictOf(response) };
    },
  },
  manageUpdatesDescriptions: {
    group,
    needs,
    async see(context) {
      const { name } = await managed(context);
      const json = { comment: MARKER };
      const response = await afterGrant(context, () =>
        model(secondOf(context).call, 'PATCH', name, { json }),
      );
      return isDone(response, 403) ? 'true' : { value: 'false', note: verdictOf(response) };
    },
  },
  manageCreatesVersions: {
    group,
    needs,
    async see(context) {
      const { name } = await managed(context);
      const response = await afterGrant(context, () => createVersion(secondOf(context).call, name));
      return isDone(response, 403) ? 'true' : { value: 'false', note: verdictOf(response) };
    },
  },
} satisfies Sights;
