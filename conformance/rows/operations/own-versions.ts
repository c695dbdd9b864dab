import type { ChangeTarget } from '../../../src/domain/change-target.ts';
import { poll } from '../../../src/domain/poll.ts';
import { everySecond } from '../../every-second.ts';
import type { FullName } from '../../../src/domain/full-name.ts';
import type { ListedVersion } from '../../../src/domain/model.ts';
import type { Capabilities, Registry } from '../../../src/registry/port.ts';
import { MLMODEL, SOURCE, WEIGHTS } from '../../fixtures.ts';
import { Unseen } from '../../unseen.ts';
import { MARKER } from '../../scope.ts';
import { partsOf, type RowContext } from '../../row-context.ts';
import { WORKS } from '../kinds.ts';

/** Files of a version: an empty one, one in a folder, one whose name has to be escaped. */
export const FILES: Readonly<Record<string, Uint8Array>> = {
  MLmodel: MLMODEL,
  'data/weights.bin': WEIGHTS,
  'data/empty': new Uint8Array(),
  'extra files/ü #1 100%.txt': new TextEncoder().encode('blanks, marks and umlauts in a name\n'),
};

/** Why an operation does not apply; undefined: it does. */
export const noAliases = (c: Capabilities) =>
  c.aliases === 'none' ? 'the registry has no aliases' : undefined;
/** As {@link noAliases}. */
export const noTags = (c: Capabilities) => (c.tags === 'none' ? 'the registry has no tags' : undefined);
/** As {@link noAliases}. */
export const noGrants = (c: Capabilities) => (c.grants === 'none' ? 'the registry has no grants' : undefined);
/** As {@link noAliases}. */
export const noOwners = (c: Capabilities) => (c.owners ? undefined : 'the registry has no owners');
/** As {@link noAliases}. */
export const noRuns = (c: Capabilities) =>
  c.deploymentJobs ? undefined : 'only a workspace is asked about runs';
/** As {@link noAliases}. */
export const noUpload = (c: Capabilities) =>
  c.upload === 'pending' && c.files ? undefined : 'versions only point at their files';
/** As {@link noAliases}. */
export const noPending = (c: Capabilities) =>
  c.upload === 'pending' ? undefined : 'versions are READY at once';

/** The model that the operations work on, made by our own client. */
export function own(context: RowContext): Promise<FullName> {
  return context.once('operations', async () => {
    const name = partsOf(context.name('operations'));
    await context.first.registry.createRegisteredModel(name);
    await context.first.registry.setDescription({ kind: 'model', name }, MARKER);
    return name;
  });
}

/** A version of it that rows share. */
export function version(context: RowContext): Promise<OwnVersion> {
  return context.once('operations version', () => makeVersion(context));
}

/** Another version of it that rows share. */
export function secondVersion(context: RowContext): Promise<OwnVersion> {
  return context.once('second operations version', () => makeVersion(context));
}

/** A version of the registry's as it is to changes. */
export type OwnVersion = ChangeTarget & { readonly kind: 'version' };

/** A new version of it, made and filled and finalized as far as the registry has that. */
export async function makeVersion(context: RowContext): Promise<OwnVersion> {
  const { registry } = context.first;
  const name = await own(context);
  const number = await registry.createModelVersion({ name, source: sourceFor(context), tags: [] });
  const { files, upload: kind } = registry.capabilities;
  if (files && kind === 'pending') await upload(registry, name, number);
  if (kind === 'pending') await registry.finalizeModelVersion(name, number);
  const made = await poll(
    () => registry.getModelVersion(name, number),
    (read) => read?.status === 'READY',
    everySecond(60),
    context,
  );
  if (made?.status === 'READY') return { kind: 'version', name, version: number };
  throw new Unseen('the version was not READY after 60 reads');
}

/** A version's row in the list of its model, which may lag for a while; undefined: it never came. */
export function listedVersion(
  context: RowContext,
  name: FullName,
  number: number,
): Promise<ListedVersion | undefined> {
  const find = async () => {
    for await (const listed of context.first.registry.listModelVersions(name))
      if (listed.version === number) return listed;
    return undefined;
  };
  return poll(find, (listed) => listed !== undefined, everySecond(5), context);
}

async function upload(registry: Registry, name: FullName, number: number): Promise<void> {
  const sink = registry.openSink(name, number);
  for (const [path, bytes] of Object.entries(FILES))
    await sink.write({ path, size: bytes.length }, async () => bytes);
}

/** Each registry takes sources of its own kinds; an MLflow server wants a run for those that it keeps (3.17.2, seen). */
export function sourceFor({ kind }: RowContext): string {
  if (kind === 'mlflow') return 's3://uc-promote-conformance/model';
  return kind === 'unity-catalog' ? 'file:/uc-promote-conformance' : SOURCE;
}

/** `works` when what was found is what was wanted. */
export function expect(found: unknown, wanted: unknown, what: string): string {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  return is === should ? WORKS : `${what}: ${is ?? 'nothing'}, not ${should ?? 'nothing'}`;
}
