import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { counted } from '../../domain/count.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { Stay } from './fate.ts';
import type { NamedSince } from './named-since.ts';

/** Whether so many versions may go in one step. */
export function decideCount(going: number, most: number): Decision {
  if (going <= most) return decide([]);
  return decide([
    {
      code: 'too-many-deletions',
      severity: 'error',
      message: `${counted(going, 'version')} may go, and max-deletions allows ${most}: none was deleted.`,
      fix: 'Look at the list. If it is right, raise max-deletions.',
    },
  ]);
}

/** What is to be said where no endpoint was seen at all: one that the caller cannot see may serve what is deleted or renamed. */
export function decideEndpointsSeen(seen: number): Decision {
  if (seen > 0) return decide([]);
  return decide([
    {
      code: 'no-endpoint-visible',
      severity: 'warning',
      message:
        'The caller can see no serving endpoint of this workspace. That none is visible does not mean that there is none.',
      fix: 'If the workspace has endpoints, grant the caller CAN_VIEW on them before anything is deleted or renamed (docs/serving.md).',
    },
  ]);
}

/** What is to be said of aliases of which the records do not say what they named, where that keeps versions. */
export function decidePast(name: FullName, { unknown }: NamedSince, staying: readonly Stay[]): Decision {
  const kept = staying.filter(({ why }) => why === 'past-unknown').length;
  if (kept === 0) return decide([]);
  return decide(
    unknown.map(({ of, until }): Finding => ({
      code: 'past-unknown',
      severity: 'warning',
      message: `No record says what ${formatFullName(name)}@${show(of, 60)} named before ${new Date(until).toISOString()}: the versions from before stay (${kept}).`,
      fix: 'Move aliases with set-alias, promote or rollback, which record it: once the record covers keep-days, these versions may go. Or lower keep-days.',
    })),
  );
}
