import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { parseModelUri } from '../../domain/model-uri.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { ComparedFiles, ComparedSource } from '../../policy/audit/model.ts';
import { copiedFrom } from '../../policy/equal-versions.ts';
import { markedOrigin } from '../../policy/origin.ts';
import { versionBytes, type ReadContext } from '../equal-versions.ts';

/** How files are compared: by paths and sizes, or by every byte. */
export type FileComparison = 'listing' | 'full';

/** Compares the files of a version with the digest that it records, and with those of the version that it was copied from. */
export async function compareFiles(
  version: ModelVersion,
  how: FileComparison,
  context: ReadContext,
): Promise<ComparedFiles> {
  const own = await digestOf(version, how, context);
  const key = how === 'full' ? TAG_KEYS.digest : TAG_KEYS.listing;
  const recorded = tagValue(version.tags, key);
  return {
    recorded: recorded === undefined ? 'unrecorded' : recorded === own ? 'equal' : 'differs',
    source: await compareSource(version, own, how, context),
  };
}

async function compareSource(
  version: ModelVersion,
  own: string,
  how: FileComparison,
  context: ReadContext,
): Promise<ComparedSource> {
  const { snapshot } = context;
  const mark = copiedFrom(version);
  if (mark === undefined) return { kind: 'none' };
  const { uri, elsewhere } = markedOrigin(mark, snapshot.registry.capabilities.names);
  if (elsewhere === undefined || elsewhere.length > 0) return { kind: 'none' };
  const named = parseModelUri(uri);
  if (!named.ok || named.value.selector.kind !== 'version')
    return { kind: 'unknown', uri, why: 'it is not the name of a version.' };
  const { name, selector } = named.value;
  try {
    if ((await snapshot.version(name, selector.version)) === undefined)
      return { kind: 'unknown', uri, why: 'it does not exist any more, or is hidden.' };
    const other = await digestOf({ name, version: selector.version }, how, context);
    return own === other ? { kind: 'equal' } : { kind: 'differs', uri };
  } catch (error) {
    if (!(error instanceof PromoteError) || !hasCode(error, 'permission-denied', 'not-found', 'rejected'))
      throw error;
    return { kind: 'unknown', uri, why: messageOf(error) };
  }
}

async function digestOf(
  version: { readonly name: FullName; readonly version: number },
  how: FileComparison,
  context: ReadContext,
): Promise<string> {
  const bytes = versionBytes(version, context, 'what is recorded of it');
  return how === 'full' ? bytes.content() : bytes.listing();
}
