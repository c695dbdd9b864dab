import type { Stage } from '../../apply/stage.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { handledLater } from '../../domain/promises.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { resolveVersion, uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { InputsOf } from '../../inputs/fields.ts';
import type { VALIDATE_VERSION_INPUTS, VALIDATE_VERSION_OUTPUTS } from '../../inputs/validate-version.ts';
import { selectorOf } from '../../inputs/version.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import { decideTags } from '../../policy/tags.ts';
import { takenVersion } from '../../policy/version.ts';
import type { ValidationSubject } from '../../report/subject.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteValidationJob, readValidationJob } from '../parts/validation/job.ts';
import { noteLabelUndo } from '../parts/label-undo.ts';
import { noteMetrics } from '../parts/validation/metrics.ts';
import { noteNamedVersion, readNamedVersion } from '../parts/named-version.ts';
import { measuredVersion, numberedVersion, readMetricsBeside } from '../parts/shown-metrics.ts';
import { requireValid, validationStage } from '../parts/validation/stage.ts';

/** Plans the validation of one version, by its metrics and by a command or a job, and its status then. */
export async function planValidateVersion(context: Context): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const name = inputs.model;
  const status = inputs['set-status'];
  record.subject = { kind: 'validation', name };
  record.output('allowed', false);
  record.output('run', '');
  record.output('results', '');
  const named = { model: 'model', version: inputs.alias === undefined ? 'version' : 'alias' };
  const number = resolveVersion({ name, selector: selectorOf(inputs) }, snapshot, named);
  const reads = readValidationJob(context);
  handledLater(reads);
  const champion = { kind: 'alias', alias: inputs['champion-alias'] } as const;
  const readChampion = () => measuredVersion({ name, selector: champion }, snapshot);
  if (inputs['require-metrics'] === undefined)
    readMetricsBeside(
      record,
      number.then((each) => numberedVersion(name, each, snapshot)),
      readChampion(),
    );
  const mode = inputs['check-privileges'];
  const writes = status !== undefined || inputs['reject-status'] !== undefined;
  const rights = mergeRights(
    (writes ? (['read', 'tag'] as const) : (['read'] as const)).flatMap((operation) =>
      requiredRights(operation, name, { modelExists: true }),
    ),
  );
  const [version, signature, tagsOfModel] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: checkPrivileges(rights, snapshot, mode) }],
    [...readNamedVersion({ name, number, named }, context)],
  );
  const subject: ValidationSubject = { kind: 'validation', name: version.name, version: version.version };
  record.subject = subject;
  record.compared = { now: 'now', then: uriOf(version) };
  record.fact('Version', uriOf(version));
  record.output('version', version.version);
  record.output('uri', uriOf(version));
  record.output('status', tagValue(version.tags, inputs['status-key']) ?? '');
  await noteNamedVersion(context, version, signature, tagsOfModel);
  await noteMetrics(context, { version, snapshot }, readChampion);
  const job = await reads;
  if (job !== undefined) noteValidationJob(context, job);
  record.requireAllowed(`Validating ${uriOf(version)}`);

  const validation = validationStage(context, {
    job,
    version: () => version,
    stays: () => 'This step moves no alias, so that callers get what they got before.',
    marked(text) {
      record.output('status', text);
      record.subject = { ...subject, result: 'refused', status: text };
    },
    judged() {
      record.subject = { ...subject, result: record.allowed ? 'passed' : 'refused' };
      noteResults(context);
    },
    forget: () => snapshot.forget(version.name),
  });
  const tags = status === undefined ? undefined : await statusStage(context, version, status);
  const passed = (also: string): ActionResult => {
    record.output('allowed', true);
    return { outcome: 'ok', verdict: `${uriOf(version)} passed its validation; ${also}` };
  };
  return {
    stages: [validation, tags].filter((stage) => stage !== undefined),
    asPlanned() {
      if (validation === undefined) return passed('nothing was written');
      record.subject = { ...subject, result: 'planned' };
      record.fact('Validation', 'not executed in a dry run');
      return { outcome: 'ok', verdict: `${uriOf(version)} would be validated; nothing was executed` };
    },
    asApplied() {
      requireValid(context, version);
      return passed(status === undefined ? 'no status was set' : `${inputs['status-key']}: ${status}`);
    },
  };
}

type Inputs = CommonInputs & InputsOf<typeof VALIDATE_VERSION_INPUTS>;

type Context = ActionContext<Inputs, typeof VALIDATE_VERSION_OUTPUTS>;

/** What the run of a job said, as outputs. */
function noteResults({ record }: Context): void {
  const evidence = record.evidence.find(({ kind }) => kind === 'validation');
  if (evidence?.kind !== 'validation' || evidence.job === undefined) return;
  record.output('run', evidence.job.run ?? '');
  record.output('results', evidence.job.results);
}

/** Sets the status of the version once it has passed, as long as it stays READY and without a hold. */
async function statusStage(
  context: Context,
  { name, version }: ModelVersion,
  status: string,
): Promise<Stage> {
  const { inputs, record, destination: snapshot } = context;
  const key = inputs['status-key'];
  const target = { kind: 'version', name, version } as const;
  const judge = async () => {
    const [now, tagsOfModel] = await Promise.all([snapshot.version(name, version), snapshot.tagsOf(name)]);
    const facts = { tags: now?.tags ?? [], description: '', rules: snapshot.registry.capabilities.tags };
    const decision = decideTags({ target, set: [{ key, value: status }], remove: [] }, facts);
    record.checkAgain('Tags', decision, 'Key and value are valid.', 'blocked');
    record.requireAllowed(`The status ${status}`);
    const basis = takenVersion({ name, version }, [], tagsOfModel);
    return decision.changes.map((change) => ({ ...change, basis }));
  };
  return {
    name: 'tags',
    changes: await judge(),
    work: {
      kind: 'values',
      confirm() {
        snapshot.renew([
          { kind: 'version', name, version },
          { kind: 'extras', name },
        ]);
        return judge();
      },
      ended(made) {
        noteLabelUndo(context, made);
        if (made.every((change) => record.stands(change))) record.output('status', status);
      },
    },
  };
}
