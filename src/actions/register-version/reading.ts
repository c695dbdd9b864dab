import { explainGone, sourceParty } from '../../apply/copy/gone.ts';
import { PromoteError } from '../../domain/errors.ts';
import type { RegisterSource } from '../../domain/register-source.ts';
import { readOrigin, readTrainingRun, type CopyOrigin } from '../../facts/copy/origin.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import { readFiles, type SourceFiles } from '../../facts/copy/source.ts';
import { bytesOf } from '../../facts/equal-versions.ts';
import { prefetchGrants } from '../../facts/grants/read.ts';
import { findHolds } from '../../facts/holds.ts';
import { findSource, type FoundSource } from '../../facts/registration/source.ts';
import { signatureIn } from '../../facts/signature.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { RegisterInputs } from '../../inputs/register.ts';
import type { CopyDecision } from '../../policy/copy.ts';
import { folderMark, registeredMark, type OriginMark } from '../../policy/origin.ts';
import type { ActionContext } from '../contract/context.ts';
import type { CopyContext } from '../parts/copy/context.ts';
import { noteNewVersion, readNewVersion } from '../parts/copy/new-version.ts';

/** What is read of a registration: what a copy is decided on, and what was found as its source. */
export interface RegisterReading {
  readonly reading: CopyReading;
  readonly found: FoundSource;
}

/** Reads source and destination beside the check of the privileges on the destination. */
export async function readRegistration(context: ActionContext<RegisterInputs>): Promise<RegisterReading> {
  const { inputs, source: from, destination: to, hasOwnSource, openFolder } = context;
  requireUploads(inputs.source, to);
  if (inputs['check-privileges'] !== 'off') prefetchGrants([inputs.destination], to);
  const finding = findSource(inputs.source, { snapshot: from, openFolder });
  const relation = Promise.resolve(hasOwnSource ? ('unknown' as const) : ('one-workspace' as const));
  const files = finding.then(async (found) => {
    try {
      return await readFiles(found.folder, found.listed);
    } catch (error) {
      throw await explainGone(error, [sourceParty(found)]);
    }
  });
  const [around, found] = await readNewVersion(context, {
    known: finding.then(({ known, uri }) => ({ ...known, uri })),
    files,
    signature: files.then(signatureIn),
    mark: Promise.all([finding, files]).then(([source, read]) =>
      markOf(inputs.source, source, read, context),
    ),
    relation,
    origin: finding.then((source) => originOfSource(source, context)),
    stops: (bytes, mark, holding) => findHolds(holding, { origins: [mark.text], bytes }, holding.snapshot),
    also: [finding],
  });
  return {
    found,
    reading: {
      ...around,
      change: { kind: 'register', source: found.uri, destination: around.destination.name },
      source: { ...found, ...around.files },
      isShared: false,
    },
  };
}

/** Where versions only point at their files, nobody else could read those of this machine. */
function requireUploads(source: RegisterSource, { registry }: Snapshot): void {
  if (source.kind !== 'folder' || registry.capabilities.upload !== 'pointer') return;
  throw new PromoteError(
    'A folder cannot be registered here: versions of this registry point at their files, and the server takes none.',
    {
      code: 'unsupported',
      outcome: 'unsupported',
      fix: 'Log the model in a run of the server, then register runs:/<run id>/<path>.',
    },
  );
}

/**
 * What shows on a version that it was registered from this: the ids of runs and logged models mean one thing everywhere, a
 * version of a workspace belongs to it, and a folder is what is in it, wherever it lies.
 */
async function markOf(
  source: RegisterSource,
  { uri, recorded }: FoundSource,
  files: SourceFiles,
  context: ActionContext<RegisterInputs>,
): Promise<OriginMark> {
  const naming = context.destination.registry.capabilities.names;
  switch (source.kind) {
    case 'run':
    case 'logged-model':
      return registeredMark(uri, naming, recorded);
    case 'workspace-version': {
      const { workspaceId } = await context.source.caller();
      const place = workspaceId === undefined ? 'workspace' : `workspace ${workspaceId}`;
      return registeredMark(`${place} ${uri}`, naming, recorded);
    }
    case 'folder': {
      const own = bytesOf(
        uri,
        { list: async () => files.files, bytes: files.bytes },
        context,
        'earlier versions',
      );
      return registeredMark(folderMark(await own.content()), naming);
    }
  }
}

/** What the destination's workspace knows of the run and the logged model: of its own what was read of them. */
async function originOfSource(
  { known }: FoundSource,
  { destination: to, hasOwnSource }: ActionContext<RegisterInputs>,
): Promise<CopyOrigin> {
  if (hasOwnSource || known.modelId === undefined)
    return readOrigin(known, to, hasOwnSource ? 'unknown' : 'one-workspace');
  const run = await readTrainingRun(known, to);
  return {
    run: typeof run === 'object' ? run : undefined,
    runId: known.runId,
    modelId: known.modelId,
    unknown: typeof run === 'string' ? [`the lineage of the run (${run})`] : [],
  };
}

/** Notes what was read of the source, and decides whether and what is registered. */
export function noteRegistration(context: CopyContext, { reading, found }: RegisterReading): CopyDecision {
  return noteNewVersion(context, reading, {
    note: reading.source.recorded === found.uri ? undefined : reading.source.recorded,
    check: () =>
      context.record.check(
        'Source',
        'fail',
        found.decision,
        'It is complete and can be registered.',
        'blocked',
      ),
  });
}
