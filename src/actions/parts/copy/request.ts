import type { CopyRequest } from '../../../apply/copy/request.ts';
import type { ModelVersion } from '../../../domain/model.ts';
import type { Random } from '../../../domain/ports.ts';
import type { NewVersionInputs } from '../../../inputs/copy.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import { formatMarker } from '../../../policy/run/marker.ts';
import { type VerifyMode, FULL_BYTES } from '../../../policy/verify-mode.ts';
import type { DecidedCopy } from './context.ts';
import { outputVersion } from '../version-outputs.ts';

/** What is to be copied, made up right before, with a marker that names this run. */
export async function copyRequest(
  { context, reading, decision }: DecidedCopy,
  pending: ModelVersion | undefined,
): Promise<CopyRequest> {
  const { inputs, record, run, clock, random } = context;
  const { change, source, signature } = reading;
  return {
    change,
    source,
    files: decision.files,
    tags: decision.tags,
    description: inputs.description ?? source.known.description,
    // What is not known was said where the copy was decided.
    dependencies: signature.mlmodel.dependencies ?? [],
    origin: reading.origin,
    originMark: reading.originMark.text,
    judgedMlmodel: signature.sha256,
    marker: formatMarker(run, clock.now(), nonceOf(random)),
    pending,
    verify: verifyMode(inputs, decision),
    waitTimeout: inputs['wait-timeout'],
    // As soon as it exists, so that it is known also when the copy breaks off.
    onVersion: (number) => outputVersion(record, reading.destination.name, number ?? null),
  };
}

/** Full up to a stated size; the wish of the user above all. */
function verifyMode(inputs: NewVersionInputs, decision: CopyDecision): VerifyMode {
  const bytes = decision.files.reduce((sum, { size }) => sum + size, 0);
  return inputs.verify ?? (bytes <= FULL_BYTES ? 'full' : 'size');
}

/** Distinguishes two copies of one run. */
function nonceOf(random: Random): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
