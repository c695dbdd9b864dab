import { formatFullName, type FullName } from '../domain/full-name.ts';
import { formatReference, type ModelReference } from '../domain/model-uri.ts';
import type { ModelVersion } from '../domain/model.ts';
import { decideCopy, type CopyDecision } from '../policy/copy.ts';
import { mergeRights, requiredRights } from '../policy/grants-rights.ts';
import { list, table, type Section } from '../report/document.ts';
import type { VerifyMode } from '../steps/copy-order.ts';
import { readOrigin, type CopyOrigin } from '../steps/copy-origin.ts';
import { findEarlierCopies, readDestination, readSourceFiles } from '../steps/copy-state.ts';
import type { CopyDestination, CopySource } from '../steps/copy-state.ts';
import { mayExist, prefetchGrants } from '../steps/grants.ts';
import { checkPrivileges } from '../steps/privileges.ts';
import { checkSignature, type SignatureCheck } from '../steps/signature.ts';
import { requireVersion, resolveVersion, uriOf } from '../steps/version.ts';
import { noteSignature, noteVersion, withPrivileges, type PrivilegeCheck } from './checks.ts';
import type { CommonInputs } from './common.ts';
import type { ActionContext } from './context.ts';
import {
  boolean,
  defaulted,
  duration,
  fullName,
  lines,
  modelUri,
  oneOf,
  optional,
  required,
  text,
} from './fields.ts';

export { performCopy } from './performing-copy.ts';

const VERIFY_MODES = ['full', 'size'] as const satisfies readonly VerifyMode[];

/** Inputs of every action that copies. */
export const COPY_INPUTS = {
  source: required(modelUri, {
    description:
      'The version to copy: `models:/catalog.schema.model/7` or `models:/catalog.schema.model@alias`.',
    example: 'models:/staging.ml_team.fraud_detection/1',
  }),
  destination: required(fullName, {
    description: 'Full name of the model that it is copied to.',
    example: 'prod.ml_team.fraud_detection',
  }),
  'create-destination': defaulted(boolean, {
    description: 'Create the destination model when it does not exist.',
    default: 'false',
  }),
  'destination-owner': optional(text, {
    description: 'Owner of a model that is created: a group is best. Default: who creates it.',
  }),
  'copy-tags': defaulted(lines, {
    description:
      'Lines: keys of version tags that travel; `*` stands for any characters, and never matches `validation_status`, `approval*`, `uc_promote_*` or `mlflow.*`.',
    default: '*',
  }),
  description: optional(text, { description: 'Description of the copy. Default: that of the source.' }),
  verify: optional(oneOf(VERIFY_MODES), {
    description:
      'How the copy is verified: `full` reads every byte back, `size` compares sizes and reads files up to 1 MiB back. Default: `full` up to 64 GiB, `size` above, which the summary says.',
  }),
  'wait-timeout': defaulted(duration, { description: 'How long to wait for READY.', default: '10m' }),
};

/** Outputs of every action that copies. */
export const COPY_OUTPUTS = {
  version: 'Number of the copy.',
  uri: '`models:/<destination>/<number>` of the copy.',
  digest: '`sha256:…` over the content of all files.',
  files: 'Number of files.',
  bytes: 'Their size in bytes.',
  'source-version': 'Number of the version that was copied.',
  verified: 'How the copy was verified: `full` or `size`.',
  'subject-digest':
    '`sha256:…` of the files as model signing computes it, for `actions/attest`; the same as `digest`.',
  'predicate-type': 'Type of the predicate: that of a model signature.',
  'predicate-path':
    'Path of a JSON file that names every file with its sha256: a predicate for `actions/attest`.',
} as const;

/** The inputs of {@link COPY_INPUTS} as values. */
export interface CopyInputs extends CommonInputs {
  readonly source: ModelReference;
  readonly destination: FullName;
  readonly 'create-destination': boolean;
  readonly 'destination-owner'?: string | undefined;
  readonly 'copy-tags': readonly string[];
  readonly description?: string | undefined;
  readonly verify?: VerifyMode | undefined;
  readonly 'wait-timeout': number;
}

/** Everything that a copy is decided on, read. */
export interface CopyReading {
  readonly source: CopySource;
  readonly signature: SignatureCheck;
  readonly destination: CopyDestination;
  readonly earlier: readonly ModelVersion[];
  readonly origin: CopyOrigin;
}

/** Reads source and destination beside the check of the privileges on both; the rights `also` join those of the copy. */
export async function readCopy(
  context: ActionContext<CopyInputs>,
  also: readonly ('set-alias' | 'tag')[] = [],
): Promise<CopyReading> {
  const { inputs, record, source: from, destination: to } = context;
  const mode = inputs['check-privileges'];
  const { name } = inputs.source;
  const number = resolveVersion(inputs.source, from, 'source');
  if (mode !== 'off') prefetchGrants([inputs.destination], to);
  const checks: PrivilegeCheck[] = [
    {
      name: 'Privileges on the source',
      decision: checkPrivileges(requiredRights('read', name, { modelExists: true }), from, mode),
    },
    { name: 'Privileges on the destination', decision: checkDestination(context, also) },
  ];
  const destination = readDestination(inputs.destination, to);
  const earlier = Promise.all([number, destination]).then(([version, { versions }]) =>
    findEarlierCopies({ name, version }, inputs.destination, versions, to),
  );
  const [version, files, signature, state, copies, origin] = await withPrivileges(record, mode, checks, [
    number.then((each) => requireVersion(name, each, from, 'source')),
    number.then((each) => readSourceFiles(name, each, from)),
    number.then((each) => checkSignature(name, each, from)),
    destination,
    earlier,
    number.then((each) => requireVersion(name, each, from, 'source')).then((each) => readOrigin(each, to)),
  ]);
  return { source: { version, ...files }, signature, destination: state, earlier: copies, origin };
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

/** Notes what was read of the source, and decides whether and what is copied. */
export function noteCopy(context: ActionContext<CopyInputs>, reading: CopyReading): CopyDecision {
  const { inputs, record, destination: snapshot } = context;
  const { source, signature, destination } = reading;
  const sink = snapshot.registry.openSink(inputs.destination, 1);
  const decision = decideCopy(
    { createDestination: inputs['create-destination'], copyTags: inputs['copy-tags'] },
    {
      source: source.version,
      files: source.files,
      destination: inputs.destination,
      model: destination.model,
      extras: destination.extras,
      maxFileSize: sink.maxFileSize,
      takesParts: sink.openParts !== undefined,
    },
  );
  const bytes = decision.files.reduce((sum, file) => sum + file.size, 0);
  record.fact('Source', uriOf(source.version), byAlias(inputs.source));
  record.fact('Destination', formatFullName(inputs.destination));
  record.fact('Files', `${decision.files.length}, ${bytes} bytes`);
  record.output('source-version', source.version.version);
  record.output('files', decision.files.length);
  record.output('bytes', bytes);
  noteVersion(record, source.version, context.rules);
  noteSignature(
    record,
    inputs['require-signature'],
    inputs['require-signature'] === 'off' ? null : signature,
  );
  const refusal = destination.model === undefined ? 'invalid' : 'blocked';
  record.check('Copy', 'fail', decision, 'The destination takes it, and every file fits.', refusal);
  record.sections.push(travelSection(decision, source.version, reading.origin));
  return decision;
}

/** The reference as it was given, where that says more than the number. */
function byAlias(reference: ModelReference): string | undefined {
  return reference.selector.kind === 'alias' ? formatReference(reference) : undefined;
}

function travelSection(decision: CopyDecision, source: ModelVersion, origin: CopyOrigin): Section {
  const tags = decision.tags.map(({ key, value }) => [key, value]);
  return {
    title: `What travels: ${decision.files.length} files, ${tags.length} tags, ${source.description === undefined ? 'no description' : 'the description'}`,
    folded: true,
    blocks: [
      table(
        ['File', 'Bytes'],
        decision.files.map(({ path, size }) => [path, String(size)]),
        ['left', 'right'],
      ),
      ...(tags.length === 0 ? [] : [table(['Tag', 'Value'], tags)]),
      list([
        `Travels: ${travelling(source, origin).join(', ')}.`,
        'Does not travel: aliases, tags and description of the model, grants, the owner.',
        ...origin.unknown.map((what) => `Does not travel: ${what}.`),
        ...decision.tagsLeftBehind.map(({ key }) => `Does not travel: the tag ${key}.`),
      ]),
    ],
  };
}

function travelling(source: ModelVersion, { run, modelId }: CopyOrigin): string[] {
  const isLinked = run?.notebookId !== undefined || run?.jobId !== undefined;
  return [
    'the source as models:/…',
    ...(source.runId === undefined ? [] : ['the run id']),
    ...(isLinked ? ['the lineage to its notebook or job'] : []),
    ...(modelId === undefined ? [] : ['the link to the logged model']),
    'dependencies that MLmodel names',
  ];
}
