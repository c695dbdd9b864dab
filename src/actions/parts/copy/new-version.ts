import { counted } from '../../../domain/count.ts';
import { decide, type CheckMode } from '../../../domain/decision.ts';
import { formatFullName, type FullName } from '../../../domain/full-name.ts';
import { tagValue } from '../../../domain/model.ts';
import { TAG_KEYS } from '../../../domain/tag-keys.ts';
import { readDestination } from '../../../facts/copy/destination.ts';
import { earlierCopies } from '../../../facts/copy/earlier.ts';
import type { CopyOrigin } from '../../../facts/copy/origin.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import type { KnownSource, SourceFiles } from '../../../facts/copy/source.ts';
import { bytesOf, findEqualHolds, type Bytes } from '../../../facts/equal-versions.ts';
import type { HoldingModel } from '../../../facts/holds.ts';
import { checkPrivileges } from '../../../facts/grants/check.ts';
import { mayExist } from '../../../facts/grants/read.ts';
import type { Mlmodel, SignatureCheck } from '../../../facts/signature.ts';
import type { Snapshot } from '../../../facts/snapshot.ts';
import { readVersions } from '../../../facts/version.ts';
import type { NewVersionInputs } from '../../../inputs/copy.ts';
import { decideCopy, type CopyDecision, type WorkspaceRelation } from '../../../policy/copy.ts';
import { mergeRights, requiredRights } from '../../../policy/grants/required.ts';
import type { FoundHold } from '../../../policy/hold/findings.ts';
import type { OriginMark } from '../../../policy/origin.ts';
import { dependencyFindings, featureStoreFindings } from '../../../policy/signature/decide.ts';
import { travelSection } from '../../../report/sections/copy.ts';
import type { ActionContext } from '../../contract/context.ts';
import type { ActionRecord } from '../../contract/record.ts';
import { noteHolds, noteSignature, withPrivileges, type PrivilegeCheck } from '../checks.ts';
import { NEW_VERSION_WORDS, type CopyContext } from './context.ts';

/** Something else that an action reads beside a copy, and the checks of the privileges that it needs. */
export interface ReadBeside {
  readonly checks: readonly PrivilegeCheck[];
  readonly read: Promise<unknown>;
}

/** What is read of the source of a new version, each part as it arrives. */
export interface SourceReads<Also extends readonly unknown[]> {
  /** The check of the rights to read it; absent where nothing grants them that could be asked. */
  readonly check?: PrivilegeCheck;
  readonly known: Promise<KnownSource & { readonly uri: string }>;
  readonly files: Promise<SourceFiles>;
  readonly signature: Promise<SignatureCheck>;
  readonly mark: Promise<OriginMark>;
  readonly relation: Promise<WorkspaceRelation>;
  readonly origin: Promise<CopyOrigin>;
  /** The holds of the destination, and of its own model where it has one, that stop it. */
  stops(
    this: void,
    bytes: Bytes,
    mark: OriginMark,
    holding: HoldingModel & { readonly snapshot: Snapshot },
  ): Promise<FoundHold[]>;
  /** What else is read. */
  readonly also: { readonly [K in keyof Also]: Promise<Also[K]> };
}

/** What was read around the source. */
type AroundSource = Omit<CopyReading, 'source' | 'change' | 'isShared'> & { readonly files: SourceFiles };

/**
 * Reads the destination beside the source and the check of the privileges on both; the rights `also` join those of making a
 * version. A failure of what is read `beside` is reported together with theirs.
 */
export async function readNewVersion<Also extends readonly unknown[]>(
  context: ActionContext<NewVersionInputs>,
  source: SourceReads<Also>,
  also: readonly ('set-alias' | 'tag')[] = [],
  beside?: ReadBeside,
): Promise<readonly [AroundSource, ...Also]> {
  const { inputs, record, destination: to } = context;
  const mode = inputs['check-privileges'];
  const checks: PrivilegeCheck[] = [
    ...(source.check === undefined ? [] : [source.check]),
    {
      name: 'Privileges on the destination',
      decision: checkDestination(context, also),
      ...(context.hasOwnSource ? { where: 'in the workspace of the destination' } : {}),
    },
    ...(beside?.checks ?? []),
  ];
  const { known, files, mark, relation } = source;
  const destination = readDestination(inputs.destination, inputs['create-destination'], to);
  const versions = destination.then((state) => readVersions(state.versions, to));
  const sourceBytes = Promise.all([known, files]).then(([each, read]) =>
    bytesOf(each.uri, { list: async () => read.files, bytes: read.bytes }, context),
  );
  const held = Promise.all([known, sourceBytes, mark, versions]).then(([each, bytes, origin, all]) => {
    const recorded = tagValue(each.tags, TAG_KEYS.digest);
    return findEqualHolds({ origin: origin.text, recorded, bytes }, all, { ...context, snapshot: to });
  });
  const holds = Promise.all([sourceBytes, mark, destination]).then(([bytes, origin, state]) =>
    source.stops(bytes, origin, { name: state.name, tags: state.extras?.tags ?? [], snapshot: to }),
  );
  const [, read, signature, state, all, equalHolds, stopped, origin, workspaceRelation, more, originOf] =
    await withPrivileges(record, mode, checks, [
      known,
      files,
      source.signature,
      destination,
      versions,
      held,
      holds,
      source.origin,
      relation,
      Promise.all(source.also),
      mark,
      beside?.read ?? Promise.resolve(),
    ]);
  const around = {
    files: read,
    signature,
    destination: state,
    versions: all,
    earlier: earlierCopies(originOf, all),
    equalHolds,
    holds: stopped,
    origin,
    originMark: originOf,
    relation: workspaceRelation,
  };
  return [around, ...more];
}

async function checkDestination(
  context: ActionContext<NewVersionInputs>,
  also: readonly ('set-alias' | 'tag')[],
) {
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

/** What an action says of its source itself. */
interface SourceNotes {
  /** The model that it is a version of. */
  readonly name?: FullName;
  readonly note: string | undefined;
  /** Notes whether it may be taken. */
  check(this: void): void;
}

/** Notes what was read of the source, and decides whether and what of it becomes the new version. */
export function noteNewVersion(
  context: CopyContext,
  reading: CopyReading,
  { name, note, check }: SourceNotes,
): CopyDecision {
  const { inputs, record, destination: snapshot } = context;
  const { change, source, signature, destination } = reading;
  const { uri, known } = source;
  const words = NEW_VERSION_WORDS[change.kind];
  const decision = decideCopy(
    {
      copyTags: inputs['copy-tags'],
      statusKeys: [inputs['status-key']],
    },
    {
      source: { uri, tags: known.tags, name },
      relation: reading.relation,
      files: source.files,
      destination: destination.name,
      ...snapshot.registry.uploadLimits,
      rules: snapshot.registry.capabilities,
    },
  );
  const bytes = decision.files.reduce((sum, file) => sum + file.size, 0);
  record.fact('Source', uri, note);
  record.fact('Destination', formatFullName(destination.name), RELATION_TEXTS[reading.relation]);
  record.fact('Files', `${counted(decision.files.length, 'file')}, ${counted(bytes, 'byte')}`);
  // A report holds only safe integers: with a larger sum it could not be written at all.
  if (Number.isSafeInteger(bytes))
    record.see({ kind: 'files', of: uri, files: decision.files.length, bytes });
  record.output('files', decision.files.length);
  record.output('bytes', bytes);
  check();
  noteSignature(
    record,
    inputs['require-signature'],
    inputs['require-signature'] === 'off' ? null : signature,
    uri,
  );
  noteContents(record, inputs['require-signature'], signature.mlmodel);
  const isInput = decision.findings.some(({ code }) => OF_INPUTS.includes(code));
  const refusal = isInput ? 'invalid' : 'blocked';
  noteHolds(record, reading.equalHolds, reading.holds);
  record.check(
    words.check,
    'fail',
    decision,
    `The destination accepts the ${change.kind === 'copy' ? 'copy' : 'version'}, and every file is within its limits.`,
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

const RELATION_TEXTS: Readonly<Record<WorkspaceRelation, string | undefined>> = {
  'one-workspace': undefined,
  'one-metastore': 'another workspace of the same metastore',
  'two-metastores': 'another workspace, of another metastore',
  unknown: 'another workspace; whether it shares the metastore could not be determined',
};
