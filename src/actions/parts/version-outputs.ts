import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { Output } from '../../inputs/outputs.ts';
import type { ActionRecord } from '../contract/record.ts';

type VersionOutputs = Readonly<{ version: Output<'number'>; uri: Output<'text'> }>;

/** Sets the outputs that say which version of a model it is; both are empty for none. */
export function outputVersion(
  record: Pick<ActionRecord<VersionOutputs>, 'output'>,
  name: FullName,
  version: number | null,
): void {
  record.output('version', version ?? '');
  record.output('uri', version === null ? '' : formatModelUri(name, version));
}
