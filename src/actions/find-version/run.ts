import { counted } from '../../domain/count.ts';
import { invalidInputs, PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { formatPattern, type ModelPattern } from '../../domain/model-pattern.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { Securable } from '../../domain/privilege.ts';
import { handledLater } from '../../domain/promises.ts';
import type { ReadContext } from '../../facts/equal-versions.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { orRefused } from '../../facts/grants/read.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { findModels, readEach } from '../../facts/models.ts';
import { absentName } from '../../facts/names.ts';
import { carries, findNewestVersion, type TagCondition } from '../../facts/newest-version.ts';
import { signatureOf } from '../../facts/signature.ts';
import { Snapshot } from '../../facts/snapshot.ts';
import { requireModel, requireVersion, resolveVersion, uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import {
  FIND_VERSION_NEEDS,
  type FIND_VERSION_OUTPUTS,
  type FindVersionInputs,
} from '../../inputs/find-version.ts';
import type { Output } from '../../inputs/outputs.ts';
import type { PastInputs } from '../../inputs/past.ts';
import { selectorOf } from '../../inputs/version.ts';
import { withAudited } from '../../policy/alias/audited-past.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { pastSection } from '../../report/sections/alias-past.ts';
import { versionsSection } from '../../report/sections/versions.ts';
import type { ActionResult } from '../contract/action.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';
import { requireAuditLog } from '../parts/audit-log.ts';
import { noteHoldsOf, noteSignature, noteVersion, withPrivileges } from '../parts/checks.ts';
import { auditGaps, lineOutput, readPast, requireMoment } from './alias-past.ts';

/** GitHub starts at most so many jobs from a matrix (actions-runtime §9). */
const MATRIX_LIMIT = 256;

/** Finds a version by number, alias, tags, or as the newest READY one. */
export async function runFindVersion(
  context: ActionContext<FindVersionInputs, typeof FIND_VERSION_OUTPUTS>,
): Promise<ActionResult> {
  const { inputs, record, destination: snapshot } = context;
  const pattern = inputs.model;
  const conditions = inputs.where ?? [];
  const search = {
    kind: 'search',
    pattern: formatPattern(pattern),
    conditions: conditions.map(({ key, value }) => `${key}=${value}`),
    isOne: pattern.kind === 'model',
  } as const;
  record.subject = search;
  const { names } = await findModels([pattern], snapshot.registry);
  const { capabilities } = snapshot.registry;
  if (conditions.length > 0) requireNeeds('A search by tags', FIND_VERSION_NEEDS.where, capabilities);
  requireAuditLog(context, inputs['warehouse-id']);
  const mode = inputs['check-privileges'];
  const facts = { modelExists: true, ownersReachDown: capabilities.ownersReachDown };
  const rights = mergeRights(names.flatMap((name) => requiredRights('read', name, facts)));
  const wantsPast = inputs.history || inputs.at !== undefined;
  const amongMany = pattern.kind === 'all';
  const [results] = await withPrivileges(
    record,
    mode,
    names.length === 0
      ? []
      : [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode), isNote: true }],
    [
      readEach(names, (name) => {
        // Of many models each has a snapshot of its own, which is let go with it.
        const own = amongMany ? new Snapshot(snapshot.registry, context.clock) : snapshot;
        const reader = { ...context, snapshot: own };
        return wantsPast
          ? findInPast(name, conditions, reader)
          : findOne(name, inputs, conditions, reader, amongMany);
      }),
    ],
  );
  const found = results.filter((version) => version !== undefined);
  record.subject = { ...search, found };
  // Before what is read of each: no job will be started for any of them.
  if (found.length > MATRIX_LIMIT) throw tooMany(found.length);
  await noteFound(context, found);
  if (capabilities.tags === 'none')
    record.notApplicable('Hold', 'fail', 'a hold is a tag, and this registry has no tags');

  const include = found.map((version) => ({
    model: formatFullName(version.name),
    version: version.version,
    uri: uriOf(version),
  }));
  const only = pattern.kind === 'model' ? include[0] : undefined;
  record.output('found', found.length > 0);
  record.output('matrix', { include });
  record.output('version', only?.version ?? '');
  record.output('uri', only?.uri ?? '');
  if (only === undefined && include.length > 0) record.sections.push(versionsSection(include));
  if (include.length === 0 && !inputs['allow-none']) {
    if (names.length === 0) await requirePlace(pattern, snapshot);
    throw noneFound(formatPattern(pattern), names.length, conditions);
  }
  record.requireAllowed('Result');
  if (only !== undefined) return { outcome: 'ok', verdict: only.uri };
  return {
    outcome: 'ok',
    verdict: `${counted(include.length, 'version')} found for ${formatPattern(pattern)}`,
  };
}

interface Wanted {
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
}

async function findOne(
  name: FullName,
  wanted: Wanted,
  conditions: readonly TagCondition[],
  context: ReadContext,
  amongMany: boolean,
): Promise<ModelVersion | undefined> {
  const { snapshot } = context;
  // Read beside the version: a hold of its model is judged where the version is.
  handledLater(snapshot.tagsOf(name));
  if (wanted.version === undefined && wanted.alias === undefined) {
    if (!amongMany) await requireModel(name, snapshot, 'model');
    return findNewestVersion(name, conditions, context);
  }
  if (amongMany) {
    const number = wanted.version ?? (await snapshot.alias(name, wanted.alias ?? ''));
    const version = number === null ? undefined : await snapshot.version(name, number);
    return version !== undefined && carries(version, conditions) ? version : undefined;
  }
  const named = { model: 'model', version: wanted.alias === undefined ? 'version' : 'alias' };
  const number = await resolveVersion({ name, selector: selectorOf(wanted) }, snapshot, named);
  const version = await requireVersion(name, number, snapshot, named);
  return carries(version, conditions) ? version : undefined;
}

/** Shows what an alias named when, and finds the version that it names, or named at a moment. */
async function findInPast(
  name: FullName,
  conditions: readonly TagCondition[],
  context: ActionContext<PastInputs & Wanted & CommonInputs, { readonly history: Output<'json'> }> &
    ReadContext,
): Promise<ModelVersion | undefined> {
  const { inputs, record, snapshot, clock } = context;
  const { alias: named = '', at } = inputs;
  const alias = { name, alias: named };
  const past = await readPast(alias, snapshot);
  const audited = await auditGaps(context, alias, past, clock.now());
  if (inputs.history) {
    const log = audited !== undefined && 'log' in audited ? audited.log : undefined;
    const lines = withAudited(past.spans, log?.moves ?? []);
    record.output('history', lines.map(lineOutput));
    record.sections.push(pastSection(named, lines, log !== undefined));
  }
  if (at === undefined) return findOne(name, { alias: named }, conditions, context, false);
  const { version, by } = requireMoment(context, { ...alias, at }, past, { audited, clock: clock.now() });
  const source = by === undefined ? 'its record' : 'the audit log';
  record.fact('At', new Date(at).toISOString(), `${named} named ${version ?? 'nothing'}, by ${source}`);
  return version === null ? undefined : findOne(name, { version }, conditions, context, false);
}

/** Every version that is handed out is READY, not on hold, and has the signature that is asked for. */
async function noteFound(
  context: ActionContext<FindVersionInputs>,
  found: readonly ModelVersion[],
): Promise<void> {
  const { inputs, record, destination: snapshot } = context;
  const mode = inputs['require-signature'];
  const signatures = await Promise.all(
    found.map(async (version) =>
      mode === 'off' ? null : signatureOf(version.name, version.version, snapshot),
    ),
  );
  const held = await Promise.all(
    found.map(async (version) => {
      const tags = await snapshot.tagsOf(version.name);
      return findHoldsOf(version, tags, { ...context, snapshot });
    }),
  );
  for (const [index, version] of found.entries()) {
    noteVersion(record, version);
    if (snapshot.registry.capabilities.tags !== 'none') noteHoldsOf(record, held[index] ?? []);
    noteSignature(record, mode, signatures[index] ?? null, uriOf(version));
  }
}

/** A pattern in a catalog or schema that does not exist is misspelt. */
async function requirePlace(pattern: ModelPattern, snapshot: Snapshot): Promise<void> {
  if (pattern.kind === 'model' || snapshot.registry.capabilities.names !== 'three-level') return;
  const { catalog, schema } = pattern;
  const place: Securable =
    schema === undefined
      ? { type: 'catalog', name: catalog }
      : { type: 'schema', name: `${catalog}.${schema}` };
  const shown = await orRefused(snapshot.parent(place), () => 'not available' as const);
  if (shown === undefined) throw await absentName({ securable: place, input: 'model' }, snapshot);
}

function noneFound(pattern: string, models: number, conditions: readonly TagCondition[]): PromoteError {
  const tags = conditions.map(({ key, value }) => `${key}=${value}`).join(', ');
  const asked = tags === '' ? 'a READY version' : `a READY version with ${tags}`;
  const message =
    models === 0
      ? `No model that the caller can see matches ${pattern}.`
      : `No model that matches ${pattern} has ${asked} that is not on hold.`;
  return new PromoteError(message, {
    code: 'not-found',
    outcome: models === 0 ? 'invalid' : 'blocked',
    fix: 'Check the name and the tags. If an empty result is acceptable, set allow-none: true.',
  });
}

function tooMany(count: number): PromoteError {
  const problem = `it matches ${count} versions, but a matrix can have at most ${MATRIX_LIMIT} jobs.`;
  const fix = 'Narrow the pattern, for example to one schema or a prefix.';
  return invalidInputs([{ input: 'model', problem, fix }]);
}
