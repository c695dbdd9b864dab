import { HttpClient } from '../../../src/http/client.ts';
import type { Transport } from '../../../src/http/transport.ts';
import type { Registry } from '../../../src/registry/port.ts';
import { unityCatalogRegistry } from '../../../src/registry/unity-catalog/open.ts';
import { Snapshot } from '../../../src/facts/snapshot.ts';

const CLOCK = { now: () => 0, sleep: async () => undefined };

/** What our own client reads of a Unity Catalog server, as the user with the token. */
export function openRegistry(host: string, token: string, transport: Transport): Registry {
  const quiet = () => undefined;
  const http = new HttpClient({
    host,
    transport,
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
    userAgent: 'uc-promote/test',
    clock: CLOCK,
    random: () => 0.5,
    log: { info: quiet, debug: quiet, warning: quiet },
  });
  return unityCatalogRegistry(http);
}

/** What such a client has read. */
export function openSnapshot(host: string, token: string, transport: Transport): Snapshot {
  return new Snapshot(openRegistry(host, token, transport), CLOCK);
}
