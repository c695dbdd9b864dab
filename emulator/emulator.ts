import type { Faults } from './faults.ts';
import type { Metastore } from './metastore/metastore.ts';
import type { MetastoreSnapshot } from './metastore/snapshot.ts';
import type { S3Place } from './routes/route.ts';
import type { RunFaults } from './run-faults.ts';
import type { RequestRecord } from './server/record.ts';
import type { Switches } from './switches.ts';

/** How an emulator starts; everything has a default. */
export interface EmulatorOptions {
  /** 0, the default, takes a free one; always on 127.0.0.1. */
  port?: number;
  seed?: 'empty' | 'demo' | 'scratch' | ((metastore: Metastore) => void);
  /** State is kept here as JSON and files; in memory without it. A directory that has state is not seeded again. */
  dataDir?: string;
  switches?: Partial<Switches>;
  /** Draws a value for every switch that is not given. */
  mix?: number;
  /** Before each response. */
  latencyMs?: number;
  /** Per connection, bodies both ways; no limit by default. */
  bytesPerSecond?: number;
  /** Refuses and records unknown fields, parameters and methods; default true. */
  strict?: boolean;
  /** Where temporary credentials lead with `filesMode: 's3'`. */
  s3?: Partial<S3Place>;
  jobs?: JobSettings;
}

/** How the tasks of jobs are run on this machine. */
export interface JobSettings {
  /** The interpreter of Python scripts, which has what they import; default `python3` of the path. */
  python?: string;
  /** Installs the dependencies of a serverless environment by pip for each task; otherwise nothing is installed. */
  install?: boolean;
  /** Variables that each task gets beside its own. */
  environment?: Readonly<Record<string, string>>;
}

/** A running emulator. */
export interface Emulator {
  readonly url: string;
  readonly port: number;
  readonly metastore: Metastore;
  readonly switches: Switches;
  /** In order of arrival. */
  readonly requests: RequestRecord[];
  /** What no real client would send, and responses that the tables of evidence do not list; one sentence each. */
  readonly violations: string[];
  /** Every secret that a request carried: tokens, passwords, ID tokens. */
  readonly credentials: ReadonlySet<string>;
  /** Every secret that a response gave away: tokens, ID tokens, upload sessions, signatures of URLs. */
  readonly handedOut: ReadonlySet<string>;
  readonly faults: Faults;
  /** What goes wrong with runs of jobs. */
  readonly runFaults: RunFaults;
  /** A deep copy of what matters, without times. */
  readonly state: () => MetastoreSnapshot;
  /** Ends idle connections too. */
  readonly close: () => Promise<void>;
}
