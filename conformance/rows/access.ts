import { poll } from '../../src/domain/poll.ts';
import { everySecond } from '../every-second.ts';
import { hasCode } from '../../src/domain/errors.ts';
import { canonicalPrivilege, METASTORE, type Securable } from '../../src/domain/privilege.ts';
import type { Directory } from '../../src/registry/port.ts';
import { at, listAt, textAt, type Call, type RawResponse } from '../call.ts';
import { isDone, main, must, N, newModel, verdictOf } from '../fixtures.ts';
import {
  EVERYBODY,
  functionWord,
  grant,
  listPolicies,
  principalsIn,
  readGrants,
  readPolicies,
} from '../grants.ts';
import { MODEL_PRIVILEGES } from '../members.ts';
import type { Person, RowContext } from '../row-context.ts';
import type { Row } from '../row.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Grants and identity';

const ME = '/api/2.0/preview/scim/v2/Me';

async function me(call: Call): Promise<unknown> {
  return must(await call({ method: 'GET', template: ME }), 'Me').body;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** A model on which everybody was granted EXECUTE. */
function shared(context: RowContext): Promise<string> {
  return context.once('shared', async () => {
    const name = await newModel(context, 'shared');
    await grant(context, name, EVERYBODY, ['EXECUTE']);
    return name;
  });
}

/** Switches of grants and of who the caller is. */
export const accessSights = {
  badTokenStatus: {
    group,
    needs: 'expired-token',
    async see({ expired }) {
      if (expired === undefined) throw new Unseen('there is no expired token');
      const response = await expired({ method: 'GET', template: ME });
      if (response.status < 300) throw new Unseen('the token has not expired');
      return { value: String(response.status), note: response.code };
    },
  },
  groupsComplete: {
    group,
    needs: 'nested-group',
    async see({ first, extras }) {
      const groups = listAt(await me(first.call), 'groups').map((row) => at(row, 'display'));
      return String(groups.includes(extras.nestedGroup));
    },
  },
  servicePrincipalUserName: {
    group,
    needs: 'service-principal',
    async see(context) {
      const body = await me(servicePrincipalOf(context).call);
      const [userName, id, display] = ['userName', 'applicationId', 'displayName'].map((key) =>
        at(body, key),
      );
      if (id === display) throw new Unseen('application id and display name are the same');
      return userName === id ? 'applicationId' : userName === display ? 'displayName' : 'something else';
    },
  },
  permissionPathCase: {
    group,
    async see(context) {
      const { name } = await main(context);
      const read = async (kind: string) => {
        const template = `${N}/effective-permissions/{kind}/{name}`;
        return isDone(
          await context.first.call({ method: 'GET', template, params: { kind, name } }),
          400,
          404,
        );
      };
      const [lower, upper] = [await read('function'), await read('FUNCTION')];
      return lower && upper ? 'either' : lower ? 'lower' : upper ? 'upper' : 'neither';
    },
  },
  groupRowsInFilter: {
    group,
    async see(context) {
      const name = await shared(context);
      const { principal } = context.first.caller;
      const response = must(await readGrants(context, context.first.call, name, { principal }), 'grants');
      return String(principalsIn(response).includes(EVERYBODY));
    },
  },
  effectiveGrantsStale: {
    group,
    async see(context) {
      const name = await newModel(context, 'fresh');
      await grant(context, name, EVERYBODY, ['EXECUTE']);
      const isThere = async () =>
        holds(must(await readGrants(context, context.first.call, name, { effective: true }), 'grants'));
      if (await isThere()) return 'false';
      const { found, reads } = await poll(
        async (looks) => ({ found: await isThere(), reads: looks + 1 }),
        (seen) => seen.found,
        everySecond(9),
        context,
      );
      if (found) return { value: 'true', note: `there at read ${reads}` };
      return { value: 'true', note: 'not there after 10 reads' };
    },
  },
} satisfies Sights;

function servicePrincipalOf({ first, second }: RowContext): Person {
  const found = [first, second].find((person) => person?.caller.kind === 'service-principal');
  if (found === undefined) throw new Unseen('no principal of the run is a service principal');
  return found;
}

/** Whether everybody holds EXECUTE directly, by the rows of a response. */
function holds(response: RawResponse): boolean {
  return listAt(response.body, 'privilege_assignments').some(
    (row) =>
      at(row, 'principal') === EVERYBODY &&
      listAt(row, 'privileges').some(
        (each) => at(each, 'privilege') === 'EXECUTE' && at(each, 'inherited_from_name') === undefined,
      ),
  );
}

const FOUND = 'found, where the directory is shown';

/** Looks up a group of the first principal and each principal; a group of the workspace alone is none of ours. */
async function lookUp(directory: Directory, people: readonly Person[]): Promise<string> {
  for (const { caller } of people) {
    const id = await directory.findPerson(caller.principal);
    if (id === undefined) return 'a principal is not found';
    if (caller.id !== undefined && id !== caller.id) return 'another id than Me has';
  }
  for (const name of people[0]?.caller.groups ?? []) {
    const group = await directory.findGroup(name);
    if (group === undefined) continue;
    const again = await directory.getGroup(group.id);
    return again?.name === name ? FOUND : 'another group by its id';
  }
  throw new Unseen('no group of the caller is one of the account');
}

/** What else is built on about grants and identity. */
export const accessFacts: readonly Row[] = [
  fact(
    'metastore-summary',
    {
      group,
      about: 'the metastore names its owner, and states whether grants on a parent are inherited',
      assumed: 'both',
    },
    async ({ first }) => {
      const found = await first.registry.getMetastore?.();
      const response = [found?.owner, found?.inheritance].map((each) => (each === undefined ? 'no' : 'yes'));
      return response.every((each) => each === 'yes')
        ? 'both'
        : `owner: ${response[0]}, inheritance: ${response[1]}`;
    },
  ),
  fact(
    'names-listed',
    {
      group,
      about:
        'the lists of catalogs and of schemas show what the caller may use, so that a misspelt name finds the nearest',
      assumed: 'both',
    },
    async ({ first, schema }) => {
      const [catalog = '', own = ''] = schema.split('.');
      const shown = async (above: Securable, name: string): Promise<boolean> => {
        for await (const each of first.registry.listNames?.(above) ?? [])
          if (each.toLowerCase() === name.toLowerCase()) return true;
        return false;
      };
      const inMetastore = await shown(METASTORE, catalog);
      const inCatalog = await shown({ type: 'catalog', name: catalog }, own);
      return inMetastore && inCatalog
        ? 'both'
        : `catalog: ${yesNo(inMetastore)}, schema: ${yesNo(inCatalog)}`;
    },
  ),
  fact(
    'policies-of-schema',
    {
      group,
      about: 'the owner of a schema can read its policies, including those of its parents',
      assumed: '200',
    },
    async (context) => verdictOf(await readPolicies(context, context.first.call)),
  ),
  fact(
    'policies-that-deny',
    {
      group,
      about:
        'a policy that denies is listed as POLICY_TYPE_DENY and denies to change grants and owners, nothing else',
      assumed: 'MANAGE ACCESS CONTROL',
    },
    async (context) => {
      const policies = await listPolicies(context, context.first.call);
      const denying = policies.filter((row) => at(row, 'policy_type') === 'POLICY_TYPE_DENY');
      if (denying.length === 0) throw new Unseen('no policy of the schema or of what is above it denies');
      const denied = denying.map((row) => listAt(at(row, 'deny'), 'privileges').map(String));
      if (denied.some((privileges) => privileges.length === 0)) return 'a policy without privileges';
      const isKnown = (each: string) => canonicalPrivilege(each) === 'MANAGE_ACCESS_CONTROL';
      return denied.flat().every(isKnown) ? 'MANAGE ACCESS CONTROL' : 'another privilege';
    },
  ),
  fact(
    'directory-by-name',
    {
      group,
      about: 'groups are found by name and by id, people by name, as an audit of grants looks them up',
      assumed: FOUND,
    },
    async ({ first, second }) => {
      const { directory } = first.registry;
      if (directory === undefined) throw new Unseen('our client reads no directory');
      try {
        return await lookUp(directory, [first, ...(second === undefined ? [] : [second])]);
      } catch (error) {
        if (!hasCode(error, 'permission-denied')) throw error;
        return { value: FOUND, note: 'the workspace refuses it, see the row groupMembers' };
      }
    },
  ),
  fact(
    'grants-shape',
    {
      group,
      about: 'direct privileges are texts, effective ones objects with a member privilege',
      assumed: 'texts, objects',
    },
    async (context) => {
      const name = await shared(context);
      const kinds: string[] = [];
      for (const effective of [false, true]) {
        const response = must(await readGrants(context, context.first.call, name, { effective }), 'grants');
        const rows = listAt(response.body, 'privilege_assignments');
        const privileges = rows.flatMap((row) => listAt(row, 'privileges'));
        kinds.push(privileges.every((each) => typeof each === 'string') ? 'texts' : 'objects');
      }
      return kinds.join(', ');
    },
  ),
  fact(
    'grants-owner-absent',
    {
      group,
      about: 'effective permissions have no row that comes from ownership',
      assumed: 'no row of the owner',
    },
    async (context) => {
      // Asked about a model without grants: what else the owner holds comes from its parents.
      const name = await newModel(context, 'ungranted');
      const { alsoKnownAs } = context.first.caller;
      const response = must(
        await readGrants(context, context.first.call, name, { effective: true }),
        'grants',
      );
      const direct = listAt(response.body, 'privilege_assignments')
        .filter((row) => alsoKnownAs.includes(String(at(row, 'principal'))))
        .flatMap((row) => listAt(row, 'privileges'))
        .filter((each) => at(each, 'inherited_from_name') === undefined)
        .filter((each) => MODEL_PRIVILEGES.has(textAt(each, 'privilege')));
      return direct.length === 0 ? 'no row of the owner' : 'a row of the owner';
    },
  ),
  fact(
    'grants-page-size',
    {
      group,
      about: 'max_results of permissions: 0 is accepted, 1 to 149 are refused',
      assumed: '200, 400 INVALID_PARAMETER_VALUE',
    },
    async (context) => {
      const { name } = await main(context);
      const kind = await functionWord(context);
      const template = `${N}/effective-permissions/{kind}/{name}`;
      const read = async (size: number) =>
        context.first.call({ method: 'GET', template, params: { kind, name }, query: { max_results: size } });
      return [await read(0), await read(10)].map(verdictOf).join(', ');
    },
  ),
];
