import { explainGone, sourceParty } from '../../../apply/copy/gone.ts';
import { handledLater } from '../../../domain/promises.ts';
import { formatReference, type ModelReference } from '../../../domain/model-uri.ts';
import { findClosedRoute } from '../../../facts/copy/closed-route.ts';
import { findSourceHolds } from '../../../facts/copy/holds.ts';
import { readOrigin } from '../../../facts/copy/origin.ts';
import type { VersionReading } from '../../../facts/copy/reading.ts';
import { presenceOf, readFiles, versionSource } from '../../../facts/copy/source.ts';
import { explainShared, readCatalog, readWorkspaces } from '../../../facts/copy/workspaces.ts';
import { checkPrivileges } from '../../../facts/grants/check.ts';
import { prefetchGrants } from '../../../facts/grants/read.ts';
import { checkSignature } from '../../../facts/signature.ts';
import { byOneInput, requireVersion, resolveVersion, uriOf } from '../../../facts/version.ts';
import type { COPY_OUTPUTS, CopyInputs } from '../../../inputs/copy.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import { requiredRights } from '../../../policy/grants/required.ts';
import { originMark } from '../../../policy/origin.ts';
import type { ActionContext } from '../../contract/context.ts';
import { mayRunInWorkspace, requireEngine } from './engine.ts';
import { noteVersion } from '../checks.ts';
import { noteNewVersion, readNewVersion, type ReadBeside } from './new-version.ts';

/** How a model is copied whose files cannot be read where it is shared. */
const COPY_SHARED =
  'Copy from the workspace that shares it: name that workspace in source-host and give it credentials of its own (docs/copying.md).';

/**
 * Reads source and destination beside the check of the privileges on both; the rights `also` join those of the copy. A
 * failure of what is read `beside` is reported together with theirs.
 */
export async function readCopy(
  context: ActionContext<CopyInputs>,
  also: readonly ('set-alias' | 'tag')[] = [],
  beside?: ReadBeside,
): Promise<VersionReading> {
  const { inputs, source: from, destination: to } = context;
  requireEngine(context);
  const mode = inputs['check-privileges'];
  const { name } = inputs.source;
  const number = resolveVersion(inputs.source, from, byOneInput('source'));
  if (mode !== 'off') prefetchGrants([inputs.destination], to);
  const check = {
    name: 'Privileges on the source',
    decision: checkPrivileges(requiredRights('read', name, { modelExists: true }), from, mode),
    ...(context.hasOwnSource ? { where: 'in the workspace of the source' } : {}),
  };
  const relation = readWorkspaces(
    { source: { name, snapshot: from }, destination: { name: inputs.destination, snapshot: to } },
    context.hasOwnSource,
  );
  const catalogOfSource =
    mode === 'off' && !context.hasOwnSource ? Promise.resolve(undefined) : readCatalog(name, from);
  const version = number.then((each) => requireVersion(name, each, from, byOneInput('source')));
  const mark = Promise.all([version, relation, catalogOfSource]).then(([each, workspaceRelation, catalog]) =>
    originMark(each, {
      relation: workspaceRelation,
      metastoreId: catalog?.metastoreId,
      naming: to.registry.capabilities.names,
    }),
  );
  const files = number
    .then((each) => readFiles(from.registry.openSource(name, each)))
    .catch(async (error: unknown) => {
      const explained = await explainShared(error, name, from, COPY_SHARED);
      const found = await version;
      const presence = presenceOf(found, from.registry);
      throw await explainGone(explained, [sourceParty({ uri: uriOf(found), presence })]);
    });
  const closedRoute = files.then((read) =>
    mayRunInWorkspace(context) && inputs.engine.kind === 'runner'
      ? findClosedRoute(read.files, read.bytes)
      : undefined,
  );
  const tagsOfSource = number.then(() => from.tagsOf(name));
  // What else fails ends the reading before these are asked for.
  handledLater(tagsOfSource);
  const [around, found, catalog, closed] = await readNewVersion(
    context,
    {
      check,
      known: version.then((each) => ({ ...each, uri: uriOf(each) })),
      files,
      signature: number.then((each) => checkSignature(name, each, from)),
      mark,
      relation,
      origin: Promise.all([version, relation]).then(([each, known]) => readOrigin(each, to, known)),
      async stops(bytes, origin, holding) {
        const [each, tags] = await Promise.all([version, tagsOfSource]);
        return findSourceHolds({ version: each, bytes, mark: origin }, tags, { from, to: holding });
      },
      also: [version, catalogOfSource, closedRoute],
    },
    also,
    beside,
  );
  const source = versionSource(found, around.files, from);
  return {
    ...around,
    change: {
      kind: 'copy',
      source: { name: found.name, version: found.version },
      destination: around.destination.name,
    },
    source,
    isShared: catalog?.isShared === true,
    closed,
  };
}

/** Notes what was read of the source, and decides whether and what is copied. */
export function noteCopy(
  context: ActionContext<CopyInputs, typeof COPY_OUTPUTS>,
  reading: VersionReading,
): CopyDecision {
  const { inputs, record } = context;
  const { version } = reading.source;
  const notes = [
    byAlias({ ...inputs.source, name: version.name }),
    reading.isShared ? SHARED : undefined,
  ].filter((note) => note !== undefined);
  record.output('source-version', version.version);
  return noteNewVersion(context, reading, {
    name: version.name,
    note: notes.join('; ') || undefined,
    check: () => noteVersion(record, version),
  });
}

const SHARED = 'shared by another metastore (Delta Sharing)';

/** The reference as it was given, where that says more than the number. */
function byAlias(reference: ModelReference): string | undefined {
  return reference.selector.kind === 'alias' ? formatReference(reference) : undefined;
}
