import type { COPY_OUTPUTS, CopyInputs } from '../../inputs/copy.ts';
import type { Planned } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { noteCopy, readCopy } from '../parts/copy/reading.ts';
import { copyEngine } from '../parts/copy/engine.ts';
import { startJobEffects } from '../parts/alias/effects.ts';
import { planVersionAlone } from '../parts/copy/version-alone.ts';

/** Plans the copy of a version into another registered model. */
export async function planCopyVersion(
  context: ActionContext<CopyInputs, typeof COPY_OUTPUTS>,
): Promise<Planned> {
  const { record, inputs } = context;
  record.subject = { kind: 'copy', destination: inputs.destination };
  const reads = readCopy(context);
  const jobs = startJobEffects(context);
  const reading = await reads;
  const decision = noteCopy(context, reading);
  const { source, destination } = reading;
  const engine = copyEngine(context, reading);
  return planVersionAlone(context, { reading, decision, jobs, engine }, (copy) => ({
    kind: 'copy',
    source: source.version,
    destination: destination.name,
    ...(copy === undefined ? {} : { copy }),
  }));
}
