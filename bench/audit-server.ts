import { startEmulator } from '../emulator/index.ts';
import { disturb, requestsOf, seedFleet, type Fleet } from './audit-fleet.ts';
import { mostAtOnce, mostInASecond } from './request-rates.ts';

/** A fleet, and how its server responds: after how long, and of how many requests one fails. */
export interface Served extends Fleet {
  readonly latencyMs?: number;
  readonly faultEvery?: number;
}

/** What a server saw, printed as one line when it is ended. */
export interface Seen {
  readonly requests: number;
  readonly atOnce: number;
  readonly inASecond: number;
  readonly failed: number;
  readonly violations: readonly string[];
}

const served = JSON.parse(process.argv[2] ?? '') as Served;
const emulator = await startEmulator({
  seed: (metastore) => seedFleet(metastore, served),
  ...(served.latencyMs === undefined ? {} : { latencyMs: served.latencyMs }),
});
if (served.faultEvery !== undefined) disturb(emulator.faults, served.faultEvery, requestsOf(served));
process.stdout.write(`${emulator.url}\n`);
process.on('SIGTERM', () => {
  const { requests, violations } = emulator;
  const seen: Seen = {
    requests: requests.length,
    atOnce: mostAtOnce(requests),
    inASecond: mostInASecond(requests),
    // A connection that was lost before a response has no status.
    failed: requests.filter(({ status }) => status === 0 || status === 429 || status >= 500).length,
    violations: violations.slice(0, 3),
  };
  process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0));
});
