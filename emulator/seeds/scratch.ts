import type { Metastore } from '../metastore/metastore.ts';
import { admin } from './empty.ts';
import { seedScratchWorkspace } from './scratch-workspace.ts';

const first = '7d0c52a4-7e5f-4b1f-9c93-fe91c2d1a001';
const second = 'second.person@rivers.example';
const stranger = 'stranger@rivers.example';

/** The SQL warehouse of the world of scratch schemas. */
export const scratchWarehouse = 'a1b2c3d4e5f60718';

/** Who can sign in to the world of scratch schemas. */
export const scratchTokens: readonly { token: string; principal: string; about: string }[] = [
  {
    token: 'emulator-first',
    principal: first,
    about: 'service principal, owns labs.scratchpad and labs.scratchpad_two',
  },
  { token: 'emulator-second', principal: second, about: 'may use the schemas, and nothing in them' },
  { token: 'emulator-expired', principal: stranger, about: 'the token has expired' },
  { token: admin.token, principal: admin.name, about: 'metastore admin' },
];

/** Two scratch schemas for the conformance suite, two principals, nested groups, and models of others beside. */
export function seedScratch(metastore: Metastore): void {
  metastore.addServicePrincipal(first, { displayName: 'robot seven' });
  for (const user of [second, stranger]) metastore.addUser(user);
  metastore.addGroup('deep group', { members: [first] });
  metastore.addGroup('wide group', { members: ['deep group'] });
  for (const { token, principal } of scratchTokens) metastore.issueToken(principal, token);
  metastore.expireToken('emulator-expired');
  metastore.createCatalog('labs');
  for (const schema of ['labs.scratchpad', 'labs.scratchpad_two'])
    metastore.createSchema(schema, { owner: first });
  metastore.createCatalog('partner', { share: 'forecasts' });
  metastore.createSchema('partner.published');
  metastore.createModel('partner.published.forecast');
  metastore.addVersion('partner.published.forecast', { files: { MLmodel: 'flavors: {}\n' } });
  metastore.grant('catalog', 'partner', first, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
  metastore.createSchema('labs.neighbours');
  metastore.createModel('labs.neighbours.secret_project', { owner: stranger });
  for (const principal of [first, second])
    metastore.grant('catalog', 'labs', principal, ['USE_CATALOG', 'USE_SCHEMA']);
  metastore.grant('catalog', 'labs', stranger, ['EXECUTE']);
  metastore.addPolicy({
    effect: 'deny',
    name: 'locked',
    onType: 'catalog',
    onName: 'labs',
    to: [stranger],
    privileges: ['MANAGE ACCESS CONTROL'],
  });
  metastore.enableAuditLog({ readers: [first] });
  metastore.workspace.addWarehouse(scratchWarehouse, { users: [first] });
  seedScratchWorkspace(metastore, { first, stranger });
}
