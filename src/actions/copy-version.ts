import { noteCopyEffects, startJobEffects } from './parts/move-effects.ts';
import { formatFullName } from '../domain/full-name.ts';
import { uriOf } from '../facts/version.ts';
import { COPY_INPUTS, COPY_OUTPUTS } from '../inputs/copy.ts';
import { ENGINE_NEEDS } from '../inputs/engine.ts';
import { defineAction, type ActionResult } from './contract/action.ts';
import type { CopyReading } from '../facts/copy/reading.ts';
import type { CopySubject } from '../report/subject.ts';
import { planCopy, type ExpectedCopy } from './parts/copy-plan.ts';
import { noteCopy, readCopy } from './parts/copy-reading.ts';

/** Copies a version into another registered model. */
export const copyVersion = defineAction({
  name: 'copy-version',
  title: 'Copy a model version',
  description:
    'Copy a model version into another registered model in Unity Catalog. Files are streamed and verified, and the step can be run again.',
  icon: 'copy',
  inputs: COPY_INPUTS,
  outputs: COPY_OUTPUTS,
  requirements: {
    writes: true,
    streamsFiles: true,
    needs: ['files', 'tags'],
    inputNeeds: ENGINE_NEEDS,
    privileges: [
      'EXECUTE on the source model',
      'ownership of the destination, or CREATE MODEL VERSION, EXECUTE and APPLY TAG on it',
      'CREATE MODEL on its schema, to create it',
      'USE SCHEMA and USE CATALOG on the parents of both',
      'the right to the compute of engine: workspace, in the workspace',
    ],
  },
  async plan(context) {
    const { record, inputs } = context;
    record.subject = { kind: 'copy', destination: inputs.destination };
    const reads = readCopy(context);
    const jobs = startJobEffects(context);
    const reading = await reads;
    const decision = noteCopy(context, reading);
    const source = uriOf(reading.source.version);
    record.subject = copySubject(reading, undefined);
    record.compared = { now: 'now', then: `copy of ${source}` };
    record.requireAllowed(`Copying ${source}`);
    let copy: ExpectedCopy | undefined;
    const stages = await planCopy(context, reading, decision, {
      judge(expected) {
        copy = expected;
        record.subject = copySubject(reading, expected);
      },
      made: (expected) => (record.subject = copySubject(reading, expected)),
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
          verdict: `${uriOf(result.version)} is already an identical copy of ${source}; nothing was written`,
        };
      return { outcome: 'ok', verdict: `${source} → ${uriOf(result.version)}` };
    };
    return { stages, asPlanned: conclude, asApplied: conclude };
  },
});

function copySubject({ source, destination }: CopyReading, copy: ExpectedCopy | undefined): CopySubject {
  const result = copy?.result;
  return {
    kind: 'copy',
    source: source.version,
    destination: destination.name,
    ...(result === undefined ? {} : { copy: { version: result.version.version, made: result.made } }),
  };
}
