import { explainGone } from '../../apply/copy/gone.ts';
import { counted } from '../../domain/count.ts';
import { decide, type CheckMode } from '../../domain/decision.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatReference, type ModelReference } from '../../domain/model-uri.ts';
import { tagValue } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { findClosedRoute } from '../../facts/copy/closed-route.ts';
import { readDestination } from '../../facts/copy/destination.ts';
import { earlierCopies } from '../../facts/copy/earlier.ts';
import { readOrigin } from '../../facts/copy/origin.ts';
import type { CopyReading } from '../../facts/copy/reading.ts';
import { readSourceFiles } from '../../facts/copy/source.ts';
import { explainShared, readCatalog, readWorkspaces } from '../../facts/copy/workspaces.ts';
import { bytesOf, findEqualHolds } from '../../facts/equal-versions.ts';
import { findSourceHolds } from '../../facts/copy/holds.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { mayExist, prefetchGrants } from '../../facts/grants/read.ts';
import { checkSignature, type Mlmodel } from '../../facts/signature.ts';
import { byOneInput, requireVersion, resolveVersion, uriOf, readVersions } from '../../facts/version.ts';
import type { COPY_OUTPUTS, CopyInputs } from '../../inputs/copy.ts';
import { decideCopy, type CopyDecision, type WorkspaceRelation } from '../../policy/copy.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { originMark } from '../../policy/origin.ts';
import { dependencyFindings, featureStoreFindings } from '../../policy/signature/decide.ts';
import { travelSection } from '../../report/sections/copy.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { mayRunInWorkspace, requireEngine } from './engine.ts';
import { noteHolds, noteSignature, noteVersion, withPrivileges, type PrivilegeCheck } from './checks.ts';

/** How a model is copied whose files cannot be read where it is shared. */
const COPY_SHARED =
  'Copy from the workspace that shares it: name that workspace in source-host and give it credentials of its own (docs/copying.md).';

/** Something else that an action reads beside a copy, and the checks of the privileges that it needs. */
export interface ReadBeside {
  readonly checks: readonly PrivilegeCheck[];
  readonly read: Promise<unknown>;
}

/**
 * Reads source and destination beside the check of the privileges on both; the rights `also` join those of the copy. A
 * failure of what is read `beside` is told together with theirs.
 */
export async function readCopy(
  context: ActionContext<CopyInputs>,
  also: readonly ('set-alias' | 'tag')[] = [],
  beside?: ReadBeside,
): Promise<CopyReading> {
  const { inputs, record, source: from, destination: to } = context;
  requireEngine(context);
  const mode = inputs['check-privileges'];
  const { name } = inputs.source;
  const number = resolveVersion(inputs.source, from, byOneInput('source'));
  if (mode !== 'off') prefetchGrants([inputs.destination], to);
  const checks: PrivilegeCheck[] = [
    {
      name: 'Privileges on the source',
      decision: checkPrivileges(requiredRights('read', name, { modelExists: true }), from, mode),
      ...(context.hasOwnSource ? { where: 'in the workspace of the source' } : {}),
    },
    {
      name: 'Privileges on the destination',
      decision: checkDestination(context, also),
      ...(context.hasOwnSource ? { where: 'in the workspace of the destination' } : {}),
    },
    ...(beside?.checks ?? []),
  ];
  const destination = readDestination(inputs.destination, inputs['create-destination'], to);
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
  const versions = destination.then((state) => readVersions(state.versions, to));
  const sourceFiles = number
    .then((each) => readSourceFiles(name, each, from))
    .catch(async (error: unknown) => {
      const explained = await explainShared(error, name, from, COPY_SHARED);
      throw await explainGone(explained, [
        { role: 'source', version: await version, registry: from.registry },
      ]);
    });
  const sourceBytes = Promise.all([version, sourceFiles]).then(([each, files]) =>
    bytesOf(uriOf(each), { list: async () => files.files, bytes: files.bytes }, context),
  );
  const held = Promise.all([version, sourceBytes, mark, versions]).then(([each, bytes, origin, all]) => {
    const recorded = tagValue(each.tags, TAG_KEYS.digest);
    return findEqualHolds({ origin: origin.text, recorded, bytes }, all, { ...context, snapshot: to });
  });
  const closedRoute = sourceFiles.then(({ files, bytes }) =>
    mayRunInWorkspace(context) && inputs.engine.kind === 'runner' ? findClosedRoute(files, bytes) : undefined,
  );
  const tagsOfSource = number.then(() => from.tagsOf(name));
  const holds = Promise.all([version, sourceBytes, mark, destination, tagsOfSource]).then(
    ([each, bytes, origin, state, tags]) =>
      findSourceHolds({ version: each, bytes, mark: origin }, tags, {
        from,
        to: { name: state.name, tags: state.extras?.tags ?? [], snapshot: to },
      }),
  );
  const [
    found,
    files,
    signature,
    state,
    all,
    equalHolds,
    stopped,
    origin,
    workspaceRelation,
    catalog,
    originOf,
    closed,
  ] = await withPrivileges(record, mode, checks, [
    version,
    sourceFiles,
    number.then((each) => checkSignature(name, each, from)),
    destination,
    versions,
    held,
    holds,
    Promise.all([version, relation]).then(([each, known]) => readOrigin(each, to, known)),
    relation,
    catalogOfSource,
    mark,
    closedRoute,
    beside?.read ?? Promise.resolve(),
  ]);
  return {
    source: { version: found, ...files },
    signature,
    destination: state,
    versions: all,
    earlier: earlierCopies(originOf, all),
    equalHolds,
    holds: stopped,
    origin,
    originMark: originOf,
    relation: workspaceRelation,
    isShared: catalog?.isShared === true,
    closed,
  };
}

async function checkDestination(context: ActionContext<CopyInputs>, also: readonly ('set-alias' | 'tag')[]) {
  const { inputs, destination: snapshot } = context;
  const mode = inputs['check-privileges'];
  if (mode === 'off') return null;
  const facts = { modelExists: await mayExist(inputs.destination, snapshot) };
  const rights = (['copy', ...also] as const).flatMap((operation) =>
    requiredRights(operation, inputs.destination, facts),
  );
  return checkPrivileges(mergeRights(rights), snapshot, mode);
}

/** Findings about the names that were given, and not about the version. */
const OF_INPUTS: readonly string[] = ['copy-onto-itself'];

/** Notes what was read of the source, and decides whether and what is copied. */
export function noteCopy(
  context: ActionContext<CopyInputs, typeof COPY_OUTPUTS>,
  reading: CopyReading,
): CopyDecision {
  const { inputs, record, destination: snapshot } = context;
  const { source, signature, destination } = reading;
  const decision = decideCopy(
    {
      copyTags: inputs['copy-tags'],
      statusKeys: [inputs['status-key']],
    },
    {
      source: source.version,
      relation: reading.relation,
      files: source.files,
      destination: destination.name,
      ...snapshot.registry.uploadLimits,
      rules: snapshot.registry.capabilities,
    },
  );
  const bytes = decision.files.reduce((sum, file) => sum + file.size, 0);
  const sourceNotes = [
    byAlias({ ...inputs.source, name: source.version.name }),
    reading.isShared ? SHARED : undefined,
  ];
  record.fact(
    'Source',
    uriOf(source.version),
    sourceNotes.filter((note) => note !== undefined).join('; ') || undefined,
  );
  record.fact('Destination', formatFullName(destination.name), RELATION_TEXTS[reading.relation]);
  record.fact('Files', `${counted(decision.files.length, 'file')}, ${counted(bytes, 'byte')}`);
  // A report holds only safe integers: with a larger sum it could not be written at all.
  if (Number.isSafeInteger(bytes))
    record.see({ kind: 'files', of: uriOf(source.version), files: decision.files.length, bytes });
  record.output('source-version', source.version.version);
  record.output('files', decision.files.length);
  record.output('bytes', bytes);
  noteVersion(record, source.version);
  noteSignature(
    record,
    inputs['require-signature'],
    inputs['require-signature'] === 'off' ? null : signature,
    uriOf(source.version),
  );
  noteContents(record, inputs['require-signature'], signature.mlmodel);
  const isInput = decision.findings.some(({ code }) => OF_INPUTS.includes(code));
  const refusal = isInput ? 'invalid' : 'blocked';
  noteHolds(record, reading.equalHolds, reading.holds);
  record.check(
    'Copy',
    'fail',
    decision,
    'The destination accepts the copy, and every file is within its limits.',
    refusal,
  );
  record.sections.push(travelSection(decision, reading));
  return decision;
}

/** Notes what the `MLmodel` file does not let be known of the copy, whether or not its signature is checked. */
function noteContents(record: ActionRecord, mode: CheckMode, mlmodel: Mlmodel): void {
  const { dependencies, featureStorePackaged } = mlmodel;
  const isSaid = featureStorePackaged === true && mode !== 'off';
  const findings = [
    ...dependencyFindings(dependencies !== undefined),
    // The check of the signature says it where it is made.
    ...(isSaid ? [] : featureStoreFindings(featureStorePackaged)),
  ];
  if (findings.length > 0)
    record.check('MLmodel', 'warn', decide(findings), 'The owner was read.', 'blocked');
}

const SHARED = 'shared by another metastore (Delta Sharing)';

const RELATION_TEXTS: Readonly<Record<WorkspaceRelation, string | undefined>> = {
  'one-workspace': undefined,
  'one-metastore': 'another workspace of the same metastore',
  'two-metastores': 'another workspace, of another metastore',
  unknown: 'another workspace; whether it shares the metastore could not be determined',
};

/** The reference as it was given, where that says more than the number. */
function byAlias(reference: ModelReference): string | undefined {
  return reference.selector.kind === 'alias' ? formatReference(reference) : undefined;
}
