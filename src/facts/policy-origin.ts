import { hasCode } from '../domain/errors.ts';
import type { FullName, Naming } from '../domain/full-name.ts';
import { parseModelUri } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import { handledLater } from '../domain/promises.ts';
import type { ComparedFiles } from '../policy/audit/model.ts';
import { copiedFrom } from '../policy/equal-versions.ts';
import { markedOrigin } from '../policy/origin.ts';
import type { OriginFacts } from '../policy/promotion-policy/version.ts';
import { compareFiles } from './audit/compared-files.ts';
import type { ReadContext } from './equal-versions.ts';
import type { Snapshot } from './snapshot.ts';

/** Reads what a version is a copy of, and whether the files of both have the same paths and sizes; undefined where it is no copy. */
export async function readOrigin(
  version: ModelVersion,
  context: ReadContext,
): Promise<OriginFacts | undefined> {
  const { snapshot } = context;
  const origin = namedOrigin(version, snapshot.registry.capabilities.names);
  if (origin === undefined) return undefined;
  if (!origin.isHere)
    return factsOf(origin, version, {
      unknown: 'it lies in another workspace, which this step does not read.',
    });
  const files = await compareFiles(version, 'listing', context);
  return factsOf(origin, version, contentIn(files), await registeredAt(origin, snapshot));
}

/**
 * The same for an audit, whose own comparison of the files it takes. Of a source in another metastore, which an audit does not
 * read, there is the digest that the copy recorded of it.
 */
export async function readAuditedOrigin(
  version: ModelVersion,
  compare: () => Promise<ComparedFiles>,
  { snapshot }: Pick<ReadContext, 'snapshot'>,
): Promise<OriginFacts | undefined> {
  const origin = namedOrigin(version, snapshot.registry.capabilities.names);
  if (origin === undefined) return undefined;
  const created = origin.isHere ? registeredAt(origin, snapshot) : Promise.resolve(undefined);
  handledLater(created);
  if (version.status !== 'READY')
    return factsOf(origin, version, { unknown: 'it is not READY.' }, await created);
  const files = await compare();
  return factsOf(origin, version, origin.isHere ? contentIn(files) : recordedIn(files), await created);
}

/** The version that a version is a copy of, by its mark. */
interface NamedOrigin {
  readonly uri: string;
  readonly name: FullName;
  readonly version: number;
  /** Whether it lies in the metastore of its copy. */
  readonly isHere: boolean;
}

function namedOrigin(version: ModelVersion, names: Naming): NamedOrigin | undefined {
  const mark = copiedFrom(version);
  if (mark === undefined) return undefined;
  const { uri, elsewhere } = markedOrigin(mark, names);
  const named = parseModelUri(uri);
  if (!named.ok || named.value.selector.kind !== 'version') return undefined;
  const { name, selector } = named.value;
  const isHere = elsewhere !== undefined && elsewhere.length === 0;
  return { uri, name, version: selector.version, isHere };
}

function factsOf(
  { uri, name }: NamedOrigin,
  copy: ModelVersion,
  content: OriginFacts['content'],
  createdAt?: number,
): OriginFacts {
  return { uri, name, content, createdAt, copiedAt: copy.createdAt };
}

/** When a version was registered; undefined where that is not shown. */
async function registeredAt({ name, version }: NamedOrigin, snapshot: Snapshot): Promise<number | undefined> {
  try {
    return (await snapshot.version(name, version))?.createdAt;
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'not-found', 'rejected')) throw error;
    return undefined;
  }
}

function contentIn({ recorded, source }: ComparedFiles): OriginFacts['content'] {
  if (recorded === 'differs' || source.kind === 'differs') return 'differs';
  if (source.kind === 'unknown') return { unknown: source.why };
  return source.kind === 'equal' ? 'equal' : { unknown: 'its files cannot be compared.' };
}

function recordedIn({ recorded }: ComparedFiles): OriginFacts['content'] {
  if (recorded !== 'unrecorded') return recorded;
  return { unknown: 'it lies in another metastore, and the copy recorded no digest.' };
}
