import { createHash } from 'node:crypto';
import type { AuditFinding } from './finding.ts';

/** What makes a finding the same as that of another day: not its message, which has numbers and times. */
export function fingerprintOf({ code, model, alias, version }: AuditFinding): string {
  const place = alias === undefined ? [model, version ?? null] : [model, alias];
  return createHash('sha256')
    .update(JSON.stringify([code, ...place]))
    .digest('hex');
}
