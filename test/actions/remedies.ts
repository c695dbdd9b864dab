import type { Emulator } from '../../emulator/index.ts';
import type { Report } from '../../src/report/report.ts';
import { TOKENS, type ActionRun } from './harness.ts';

/** A REST call as an action prints it. */
export interface PrintedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Every statement that a run printed for somebody with the right to run. */
export function printedStatements(report: Report): string[] {
  return codeOf(report, 'sql').flatMap((text) => text.split('\n'));
}

/** Everything that a run printed, as REST calls: owner changes as they stand, statements by what they mean. */
export function printedRequests(report: Report): PrintedRequest[] {
  const calls = codeOf(report, 'json').map((text): PrintedRequest => {
    const [first = '', ...body] = text.split('\n');
    const [method = '', path = ''] = first.split(' ');
    return { method, path, body: JSON.parse(body.join('\n')) };
  });
  return [...printedStatements(report).map(grantOf), ...calls];
}

/** Sends REST calls as the metastore's admin; throws when one is refused. */
export async function applyRequests(emulator: Emulator, requests: readonly PrintedRequest[]): Promise<void> {
  for (const { method, path, body } of requests) {
    const response = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKENS.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
}

/** Applies everything that a run printed, and adds the principal to the group that it names as the owner. */
export async function applyPrinted(emulator: Emulator, run: ActionRun): Promise<void> {
  await applyRequests(emulator, printedRequests(run.report));
  const advice = run.report.todo.flatMap((block) =>
    block.kind === 'paragraph'
      ? [...block.text.matchAll(/Only if (\S+) is that principal.* add it to the group ([^\s,]+)/gu)]
      : [],
  );
  for (const [, principal = '', group = ''] of advice)
    emulator.metastore.state.groups.get(group)?.members.add(principal);
}

/** Runs and applies what is printed, until a run is not denied; the number of runs that were. Throws after the fifth. */
export async function grantUntilAllowed(
  emulator: Emulator,
  run: () => Promise<ActionRun>,
): Promise<{ readonly denied: number; readonly last: ActionRun }> {
  for (let denied = 0; denied < 5; denied += 1) {
    const last = await run();
    if (last.outputs['outcome'] !== 'denied') return { denied, last };
    await applyPrinted(emulator, last);
  }
  throw new Error('Still denied after five times of applying what was printed.');
}

function codeOf(report: Report, language: string): string[] {
  return report.todo.flatMap((block) =>
    block.kind === 'code' && block.language === language ? [block.text] : [],
  );
}

/** A GRANT statement as the REST call that does the same (Databricks SQL reference, GRANT; permissions API). */
function grantOf(statement: string): PrintedRequest {
  const parts = /^GRANT (.+) ON (CATALOG|SCHEMA|FUNCTION) (\S+) TO `([^`]+)`;$/u.exec(statement);
  const [, privilege = '', type = '', name = '', principal = ''] = parts ?? [];
  if (parts === null) throw new Error(`No GRANT statement: ${statement}`);
  return {
    method: 'PATCH',
    path: `/api/2.1/unity-catalog/permissions/${type.toLowerCase()}/${name.replaceAll('`', '')}`,
    body: { changes: [{ principal, add: [privilege.replaceAll(' ', '_')] }] },
  };
}
