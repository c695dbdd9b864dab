import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator, EmulatorOptions } from '../emulator.ts';
import { Faults } from '../faults.ts';
import { RunFaults } from '../run-faults.ts';
import { Persistence } from '../metastore/persistence.ts';
import { Lag } from '../metastore/lag.ts';
import { Metastore } from '../metastore/metastore.ts';
import { Blobs } from '../metastore/blobs.ts';
import { snapshotOf } from '../metastore/snapshot.ts';
import { routes } from '../routes/index.ts';
import { seedDemo } from '../seeds/demo.ts';
import { seedEmpty } from '../seeds/empty.ts';
import { seedScratch } from '../seeds/scratch.ts';
import { settleSwitches } from '../switches.ts';
import { ProcessCompute } from './compute/compute.ts';
import type { ServerContext } from './engine.ts';
import { exchange } from './exchange.ts';
import { Router } from './router.ts';
import { makeSigner } from './signer.ts';
import { makeVault } from './vault.ts';

/** Starts an emulator on 127.0.0.1; rejects when the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const keeper = options.dataDir === undefined ? undefined : new Persistence(options.dataDir);
  const kept = keeper?.load();
  const metastore = new Metastore(kept);
  metastore.state.bucket = options.s3?.bucket ?? metastore.state.bucket;
  if (!kept) seed(metastore, options.seed ?? 'empty');
  keeper?.save(metastore.state);
  let baseUrl = '';
  const switches = settleSwitches(options.switches ?? {}, options.mix);
  const runFaults = new RunFaults();
  const violations: string[] = [];
  const lag = new Lag();
  const now = (): number => metastore.now();
  const noteFault = (error: unknown): void => {
    violations.push(`The emulator failed: ${error instanceof Error ? error.message : String(error)}`);
  };
  const compute = new ProcessCompute({
    session: { state: metastore.state, switches, lag, now },
    settings: options.jobs ?? {},
    faults: runFaults,
    baseUrl: () => baseUrl,
    saved: () => keeper?.save(metastore.state),
    failed: noteFault,
  });
  const engine: ServerContext = {
    metastore,
    switches,
    router: new Router(routes),
    faults: new Faults(),
    requests: [],
    violations,
    credentials: new Set(),
    handedOut: new Set(),
    blobs: new Blobs(keeper?.files),
    uploads: new Map(),
    signer: makeSigner(() => baseUrl),
    s3: {
      bucket: metastore.state.bucket,
      accessKeyId: 'test',
      secretAccessKey: 'test',
      sessionToken: 'test',
      ...options.s3,
    },
    vault: makeVault(),
    compute,
    lag,
    paces: new WeakMap(),
    strict: options.strict ?? true,
    latencyMs: options.latencyMs ?? 0,
    bytesPerSecond: options.bytesPerSecond,
    now,
    baseUrl: () => baseUrl,
    saved: (record) => {
      if (record.write) keeper?.save(metastore.state);
    },
  };
  const server = createServer((request, response) => {
    const { socket } = request;
    exchange(engine, request, response).catch((error: unknown) => {
      noteFault(error);
      socket.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0);
  baseUrl = `http://127.0.0.1:${port}`;
  return {
    url: baseUrl,
    port,
    metastore,
    switches: engine.switches,
    requests: engine.requests,
    violations: engine.violations,
    credentials: engine.credentials,
    handedOut: engine.handedOut,
    faults: engine.faults,
    runFaults,
    state: () => snapshotOf(metastore.state),
    close: async () => {
      await compute.close();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
      keeper?.save(metastore.state);
      engine.blobs.close();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

function seed(metastore: Metastore, wanted: NonNullable<EmulatorOptions['seed']>): void {
  seedEmpty(metastore);
  if (wanted === 'demo') seedDemo(metastore);
  else if (wanted === 'scratch') seedScratch(metastore);
  else if (typeof wanted === 'function') wanted(metastore);
}
