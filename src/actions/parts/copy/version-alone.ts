import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import type { MoveSurroundings } from '../../../facts/move-effects.ts';
import { uriOf } from '../../../facts/version.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import type { CopyMade, CopySubject } from '../../../report/subject.ts';
import type { ActionResult, Planned } from '../../contract/action.ts';
import { doing, NEW_VERSION_WORDS, type CopyContext } from './context.ts';
import { planCopy, type ExpectedCopy } from './plan.ts';
import type { CopyEngine } from './engine.ts';
import { noteCopyEffects } from '../alias/effects.ts';

/** A version that is made, and nothing after it. */
interface VersionAlone {
  readonly reading: CopyReading;
  readonly decision: CopyDecision;
  readonly jobs: MoveSurroundings['jobs'];
  /** Where the bytes of a copy go through; absent of what is no copy. */
  readonly engine?: CopyEngine;
}

/** Plans a version that is made, or taken of an earlier run, and no alias; `subjectOf` says what the page is about. */
export async function planVersionAlone(
  context: CopyContext,
  { reading, decision, jobs, engine }: VersionAlone,
  subjectOf: (made: CopyMade | undefined) => CopySubject,
): Promise<Planned> {
  const { record } = context;
  const source = show(reading.source.uri, 300);
  const about = (expected?: ExpectedCopy) => {
    const result = expected?.result;
    record.subject = subjectOf(result && { version: result.version.version, made: result.made });
  };
  about();
  record.compared = { now: 'now', then: `${NEW_VERSION_WORDS[reading.change.kind].made} ${source}` };
  record.requireAllowed(doing(reading));
  let copy: ExpectedCopy | undefined;
  const stages = await planCopy(context, reading, decision, {
    ...(engine === undefined ? {} : { engine }),
    judge(expected) {
      copy = expected;
      about(expected);
    },
    made: about,
  });
  await noteCopyEffects(context, jobs, reading.destination.name, stages);
  const conclude = (): ActionResult => {
    const result = copy?.result;
    if (result === undefined)
      return {
        outcome: 'ok',
        verdict: `${source} → a new version of ${formatFullName(reading.destination.name)}`,
      };
    if (!result.made && !record.wouldChange)
      return {
        outcome: 'noop',
        verdict: `${uriOf(result.version)} ${NEW_VERSION_WORDS[reading.change.kind].already} ${source}; nothing was written`,
      };
    return { outcome: 'ok', verdict: `${source} → ${uriOf(result.version)}` };
  };
  return { stages, asPlanned: conclude, asApplied: conclude };
}
