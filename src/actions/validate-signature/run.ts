import { formatFullName } from '../../domain/full-name.ts';
import type { ModelSignature } from '../../domain/model-signature.ts';
import { countClasses } from '../../domain/signature-change.ts';
import { takeWithinBytes } from '../../domain/take-bytes.ts';
import type { CompatibilityCheck } from '../../facts/compatibility.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { checkSignature } from '../../facts/signature.ts';
import { requireVersion, resolveVersion, uriOf } from '../../facts/version.ts';
import type { VALIDATE_SIGNATURE_OUTPUTS, ValidateSignatureInputs } from '../../inputs/validate-signature.ts';
import { selectorOf } from '../../inputs/version.ts';
import { requiredRights } from '../../policy/grants/required.ts';
import { signatureToJson } from '../../policy/signature/json.ts';
import type { ActionResult } from '../contract/action.ts';
import { MAX_OUTPUT_BYTES } from '../contract/bounded-output.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteComparison, startComparing } from '../parts/comparison.ts';
import { noteNamedVersion } from '../parts/named-version.ts';

/** Checks that a version declares what it takes and what it gives, and compares that with another version. */
export async function runValidateSignature(
  context: ActionContext<ValidateSignatureInputs, typeof VALIDATE_SIGNATURE_OUTPUTS>,
): Promise<ActionResult> {
  const { inputs, record, destination: snapshot } = context;
  const name = inputs.model;
  record.subject = { kind: 'signature', name };
  const named = { model: 'model', version: inputs.alias === undefined ? 'version' : 'alias' };
  const number = resolveVersion({ name, selector: selectorOf(inputs) }, snapshot, named);
  const mode = inputs['check-privileges'];
  const comparing = startComparing(inputs, snapshot);
  const [found, signature, compared, tags] = await withPrivileges(
    record,
    mode,
    [
      {
        name: 'Privileges',
        decision: checkPrivileges(requiredRights('read', name, { modelExists: true }), snapshot, mode),
        isNote: true,
      },
      ...comparing.checks,
    ],
    [
      number.then((each) => requireVersion(name, each, snapshot, named)),
      number.then((each) => checkSignature(name, each, snapshot)),
      comparing.compared,
      snapshot.tagsOf(name),
    ],
  );
  const { state } = signature.mlmodel.signature;
  record.compared =
    compared === undefined
      ? { now: 'compared: none', then: uriOf(found) }
      : { now: compared.uri, then: uriOf(found) };
  const valid = signature.decision.allowed;
  record.fact('Version', uriOf(found));
  const { flavors } = signature.mlmodel;
  record.fact(
    'Flavors',
    flavors === undefined ? 'unknown, because MLmodel cannot be read' : flavors.join(', ') || 'none listed',
  );
  record.output('version', found.version);
  record.output('uri', uriOf(found));
  record.output('valid', valid);
  const declared = signature.mlmodel.signature;
  noteSignatureOutput(record, declared.state === 'declared' ? declared.signature : undefined);
  await noteNamedVersion(context, found, signature, tags);
  const comparison = noteComparison(record, inputs, compared, {
    facts: signature.mlmodel.signature,
    isRefused: inputs['require-signature'] === 'fail' && !valid,
  });
  record.subject = {
    kind: 'signature',
    name: found.name,
    version: found.version,
    state: valid ? 'complete' : state === 'declared' ? 'half' : 'none',
    ...(comparison === undefined ? {} : { compared: comparedSubject(comparison) }),
  };
  record.output('allowed', record.allowed);
  record.requireAllowed(`Version ${found.version} of ${formatFullName(name)}`);
  const says = valid
    ? 'declares inputs and outputs'
    : state === 'declared'
      ? 'declares only inputs or only outputs'
      : 'has no usable signature';
  const callers = comparison === undefined ? '' : `. ${comparison.verdict}`;
  return { outcome: 'ok', verdict: `${uriOf(found)} ${says}${callers}` };
}

function comparedSubject({ found }: CompatibilityCheck): { readonly breaking: number } {
  const changes = found.state === 'compared' ? found.comparison.changes : [];
  return { breaking: countClasses(changes).breaking };
}

/** Bytes of one of the three parts of a signature in the report, and in the output. */
const MAX_PART_BYTES = 200_000;
const MAX_OUTPUT_PART_BYTES = Math.floor(MAX_OUTPUT_BYTES / 3) - 100;

function noteSignatureOutput(
  record: ActionRecord<typeof VALIDATE_SIGNATURE_OUTPUTS>,
  signature: ModelSignature | undefined,
): void {
  if (signature === undefined) {
    record.output('signature', '');
    return;
  }
  const within = (bytes: number) => signatureWithin(signature, bytes);
  record.output('signature', within(MAX_PART_BYTES), within(MAX_OUTPUT_PART_BYTES));
}

/** The signature with as much of each part as fits; where not all does, it counts what is left out. */
function signatureWithin(signature: ModelSignature, bytes: number): Record<string, unknown> {
  const whole = signatureToJson(signature);
  const parts = (['inputs', 'outputs', 'params'] as const).map((part) => {
    const list = whole[part];
    const kept = list === null ? null : takeWithinBytes(list, bytes);
    return { part, kept, leftOut: (list?.length ?? 0) - (kept?.length ?? 0) };
  });
  const output: Record<string, unknown> = Object.fromEntries(parts.map(({ part, kept }) => [part, kept]));
  const cut = parts.filter(({ leftOut }) => leftOut > 0);
  if (cut.length === 0) return output;
  return { ...output, cut: Object.fromEntries(cut.map(({ part, leftOut }) => [part, leftOut])) };
}
