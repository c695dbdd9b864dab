import { parseModelUri } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import { copiedFrom } from '../policy/equal-versions.ts';
import { markedOrigin } from '../policy/origin.ts';
import type { OriginFacts } from '../policy/promotion-policy/version.ts';
import type { ComparedFiles } from '../policy/audit/model.ts';
import { compareFiles } from './audit/compared-files.ts';
import type { ReadContext } from './equal-versions.ts';

/** Reads what a version is a copy of, and whether the files of both have the same paths and sizes; undefined where it is no copy. */
export async function readOrigin(
  version: ModelVersion,
  context: ReadContext,
): Promise<OriginFacts | undefined> {
  const { snapshot } = context;
  const mark = copiedFrom(version);
  if (mark === undefined) return undefined;
  const { uri, elsewhere } = markedOrigin(mark, snapshot.registry.capabilities.names);
  const named = parseModelUri(uri);
  if (!named.ok || named.value.selector.kind !== 'version') return undefined;
  const { name, selector } = named.value;
  const isHere = elsewhere !== undefined && elsewhere.length === 0;
  if (!isHere)
    return {
      uri,
      name,
      content: { unknown: 'it lies in another workspace, which this step does not read.' },
      createdAt: undefined,
    };
  const files = await compareFiles(version, 'listing', context);
  const source = await snapshot.version(name, selector.version);
  return { uri, name, content: contentIn(files), createdAt: source?.createdAt };
}

function contentIn({ recorded, source }: ComparedFiles): OriginFacts['content'] {
  if (recorded === 'differs' || source.kind === 'differs') return 'differs';
  if (source.kind === 'unknown') return { unknown: source.why };
  return source.kind === 'equal' ? 'equal' : { unknown: 'its files cannot be compared.' };
}
