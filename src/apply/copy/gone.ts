import { hasCode, PromoteError, type ErrorCode } from '../../domain/errors.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyRequest } from './request.ts';

/** A version whose files are used, and the registry that has it. */
interface Party {
  readonly role: 'source' | 'copy' | 'version';
  readonly version: Pick<ModelVersion, 'name' | 'version'>;
  readonly registry: Pick<RegistryReader, 'getModelVersion'>;
}

/** What reading or writing files of a version that is not there ends with. */
const SIGNS: readonly ErrorCode[] = [
  'verification',
  'not-found',
  'permission-denied',
  'rejected',
  'unsupported',
];

/**
 * Says of a failure that a version was deleted meanwhile, where it was: what its files say then, that they changed or are
 * refused, misleads. Any other error as it is.
 */
export async function explainGone(error: unknown, parties: readonly Party[]): Promise<unknown> {
  if (!hasCode(error, ...SIGNS)) return error;
  for (const { role, version, registry } of parties) {
    if (!(await isGone(version, registry))) continue;
    return new PromoteError(
      `The ${role} ${formatModelUri(version.name, version.version)} was deleted while this run used it.`,
      { code: 'conflict', outcome: 'conflict', fix: FIXES[role], cause: error },
    );
  }
  return error;
}

const FIXES: Readonly<Record<Party['role'], string>> = {
  source: 'Find out who deleted it and why, then copy another version.',
  copy: 'Find out who deleted it and why, then run the step again.',
  version: 'Find out who deleted it and why, then name another version.',
};

/** Where a version cannot be looked up, nothing says that it is gone. */
async function isGone({ name, version }: Party['version'], registry: Party['registry']): Promise<boolean> {
  try {
    return (await registry.getModelVersion(name, version)) === undefined;
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    return false;
  }
}

export function partiesOf(
  { source, change }: CopyRequest,
  number: number,
  { snapshot: { registry } }: ApplyContext,
): readonly Party[] {
  const copy = { name: change.destination, version: number };
  return [
    { role: 'source', version: source.version, registry: source.registry },
    { role: 'copy', version: copy, registry },
  ];
}
