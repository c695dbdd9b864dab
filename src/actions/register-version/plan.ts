import { formatRegisterSource } from '../../domain/register-source.ts';
import type { REGISTER_OUTPUTS, RegisterInputs } from '../../inputs/register.ts';
import type { Planned } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { startJobEffects } from '../parts/alias/effects.ts';
import { planVersionAlone } from '../parts/copy/version-alone.ts';
import { noteRegistration, readRegistration } from './reading.ts';

/** Plans the registration of what was trained as a version of a model. */
export async function planRegisterVersion(
  context: ActionContext<RegisterInputs, typeof REGISTER_OUTPUTS>,
): Promise<Planned> {
  const { record, inputs } = context;
  record.subject = {
    kind: 'copy',
    registered: formatRegisterSource(inputs.source),
    destination: inputs.destination,
  };
  const reads = readRegistration(context);
  const jobs = startJobEffects(context);
  const read = await reads;
  const decision = noteRegistration(context, read);
  const { source, destination } = read.reading;
  return planVersionAlone(context, { ...read, decision, jobs }, (copy) => ({
    kind: 'copy',
    registered: source.uri,
    destination: destination.name,
    ...(copy === undefined ? {} : { copy }),
  }));
}
