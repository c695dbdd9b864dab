import type { Faults } from '../faults.ts';
import type { Lag } from '../metastore/lag.ts';
import type { Metastore } from '../metastore/metastore.ts';
import type { Blobs } from '../metastore/blobs.ts';
import type { Compute, S3Place, Signer, Uploads, Vault } from '../routes/route.ts';
import type { Switches } from '../switches.ts';
import type { RequestRecord } from './record.ts';
import type { Router } from './router.ts';

/** The moving parts that every request of one emulator shares. */
export interface ServerContext {
  readonly metastore: Metastore;
  readonly switches: Switches;
  readonly router: Router;
  readonly faults: Faults;
  readonly requests: RequestRecord[];
  readonly violations: string[];
  readonly credentials: Set<string>;
  readonly handedOut: Set<string>;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly signer: Signer;
  readonly s3: S3Place;
  readonly vault: Vault;
  readonly compute: Compute;
  readonly lag: Lag;
  readonly paces: WeakMap<object, number>;
  readonly strict: boolean;
  readonly latencyMs: number;
  readonly bytesPerSecond: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly baseUrl: () => string;
  /** Called when a request was processed; keeps the state where there is a data directory. */
  readonly saved: (record: RequestRecord) => void;
}
