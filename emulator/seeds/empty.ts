import type { Metastore } from '../metastore/metastore.ts';

/** The metastore admin that every world has, with its token. */
export const admin = { name: 'admin@example.com', token: 'emulator-admin' };

/** A metastore with its admin and nothing else. */
export function seedEmpty(metastore: Metastore): void {
  metastore.addUser(admin.name, { groups: ['metastore-admins'] });
  metastore.setMetastoreOwner('metastore-admins');
  metastore.issueToken(admin.name, admin.token);
}
