import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator, type Switches } from '../../../emulator/index.ts';
import { formatFullName } from '../../../src/domain/full-name.ts';
import { aliasEvents } from '../../../src/registry/databricks/wire/audit-log.ts';
import { HttpClient } from '../../../src/http/client.ts';
import { openTransport } from '../../../src/http/transport.ts';
import { databricksRegistry } from '../../../src/registry/databricks/open.ts';
import type { AuditedMoves, MovesAsked } from '../../../src/registry/port.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

const WAREHOUSE = '0123456789abcdef';
const MODEL = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' } as const;
const OTHER = { ...MODEL, model: 'churn' } as const;
const START = Date.parse('2026-11-20T12:00:00Z');

/** Ways of the emulator that the SDK has to take as well. */
const VARIANTS: Readonly<Record<string, Partial<Switches>>> = {
  'audit-log': {},
  'audit-log, other answers': { statementChunks: 'many', warehouseStart: 3, unknownFields: true },
};

/** The statement that asks the audit log, run by databricks-sdk-py and read by sqlglot, beside what our client read. */
export const auditLogVariants = Object.entries(VARIANTS).map(
  ([name, switches]) =>
    async function* auditLog({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
      if (!wanted(name)) return;
      const emulator = await startEmulator({ seed: 'demo', switches });
      const folder = await mkdtemp(join(tmpdir(), 'uc-promote-audit-'));
      try {
        await moveAliases(emulator);
        const asked = {
          warehouse: WAREHOUSE,
          names: [MODEL, OTHER],
          since: START,
          until: START + 60 * 60_000,
        };
        const found = await movesByUs(emulator.url, asked);
        yield await check(`${name}: our client reads the moves that were made, and no others`, () => {
          same(found.moves.map(({ to }) => to).join(), '2,1,2,', 'versions');
          return `${found.moves.length} moves`;
        });
        const file = join(folder, 'statement.json');
        const statements = [aliasEvents({ ...asked, names: [MODEL] }), aliasEvents(asked)];
        await writeFile(file, JSON.stringify({ statements, moves: found.moves }));
        const server = { python, url: emulator.url, token: 'emulator-promoter' };
        yield* await runCases(server, name, 'audit_log.py', [file, WAREHOUSE, formatFullName(MODEL)]);
        yield await check(`${name}: nothing sent that the protocol does not know`, () => {
          if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
          return `${emulator.requests.length} requests`;
        });
      } finally {
        await emulator.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
);

/** What our own client reads. */
async function movesByUs(host: string, asked: MovesAsked): Promise<AuditedMoves> {
  const { transport, close } = await openTransport({});
  const quiet = () => undefined;
  const http = new HttpClient({
    host,
    transport,
    authorizer: { headers: async () => ({ authorization: 'Bearer emulator-promoter' }) },
    userAgent: 'uc-promote/test',
    clock: systemClock,
    random: Math.random,
    log: { info: quiet, debug: quiet, warning: quiet },
  });
  try {
    const registry = databricksRegistry({ endpoints: {}, control: http, files: http });
    const found = await registry.findMoves?.(asked);
    if (found === undefined) throw new Error('This registry has no audit log.');
    return found;
  } finally {
    await close();
  }
}

/** Moves an alias of the demo, a minute apart, and is refused once. */
async function moveAliases({ metastore, url }: Emulator): Promise<void> {
  metastore.enableAuditLog({ readers: ['ml-deployers'] });
  metastore.workspace.addWarehouse(WAREHOUSE, { users: ['ml-deployers'], state: 'STOPPED' });
  metastore.addVersion(formatFullName(MODEL), {});
  const calls: readonly (readonly [method: string, token: string, version?: string])[] = [
    ['POST', 'emulator-promoter', '2'],
    ['POST', 'emulator-admin', '1'],
    ['POST', 'emulator-reader', '2'],
    ['POST', 'emulator-promoter', '2'],
    ['DELETE', 'emulator-promoter'],
  ];
  for (const [minute, [method, token, version]] of calls.entries()) {
    metastore.now = () => START + minute * 60_000;
    const response = await fetch(`${url}/api/2.0/mlflow/unity-catalog/registered-models/alias`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: formatFullName(MODEL),
        alias: 'Champion',
        ...(version === undefined ? {} : { version }),
      }),
    });
    await response.body?.cancel();
  }
  metastore.now = () => START + 60 * 60_000;
}
