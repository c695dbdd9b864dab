import { hasCode, PromoteError, type ErrorCode } from '../../domain/errors.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import { presenceOf, type CopySource, type Presence } from '../../facts/copy/source.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyRequest } from './request.ts';

/** Something that a copy works with, and how it shows whether it is there. */
export interface Party {
  readonly role: 'source' | 'copy' | 'version';
  readonly uri: string;
  readonly presence: Presence;
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
  for (const { role, uri, presence } of parties) {
    if (!(await isGone(presence))) continue;
    return new PromoteError(`The ${role} ${show(uri, 300)} was deleted while this run used it.`, {
      code: 'conflict',
      outcome: 'conflict',
      fix: `Find out who deleted it and why, then ${presence.instead}.`,
      cause: error,
    });
  }
  return error;
}

/** Where something cannot be looked up, nothing says that it is gone. */
async function isGone(presence: Presence): Promise<boolean> {
  try {
    return await presence.isGone();
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    return false;
  }
}

/** The source of a copy. */
export function sourceParty({ uri, presence }: Pick<CopySource, 'uri' | 'presence'>): Party {
  return { role: 'source', uri, presence };
}

/** What to do in place of using a version that is gone, by what it is for the run. */
const INSTEAD = { copy: 'run the step again', version: 'name another version' } as const;

/** The copy itself, or a version whose files are used and that is no copy of this run. */
export function versionParty(
  role: keyof typeof INSTEAD,
  version: Pick<ModelVersion, 'name' | 'version'>,
  registry: Pick<RegistryReader, 'getModelVersion'>,
): Party {
  const presence = { ...presenceOf(version, registry), instead: INSTEAD[role] };
  return { role, uri: formatModelUri(version.name, version.version), presence };
}

export function partiesOf(
  { source, change }: CopyRequest,
  number: number,
  { snapshot: { registry } }: ApplyContext,
): readonly Party[] {
  const copy = { name: change.destination, version: number };
  return [sourceParty(source), versionParty('copy', copy, registry)];
}
