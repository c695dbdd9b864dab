import { HttpClient } from '../../../src/http/client.ts';
import type { Transport } from '../../../src/http/transport.ts';
import { unityCatalogRegistry } from '../../../src/registry/unity-catalog/open.ts';
import { Snapshot } from '../../../src/facts/snapshot.ts';

/** What our own client reads of a Unity Catalog server, as the user with the token. */
export function openSnapshot(host: string, token: string, transport: Transport): Snapshot {
  const clock = { now: () => 0, sleep: async () => undefined };
  const quiet = () => undefined;
  const http = new HttpClient({
    host,
    transport,
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
    userAgent: 'uc-promote/test',
    clock,
    random: () => 0.5,
    log: { info: quiet, debug: quiet, warning: quiet },
  });
  return new Snapshot(unityCatalogRegistry(http), clock);
}
