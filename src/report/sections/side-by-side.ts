import type { CopyResult } from '../../apply/copy/request.ts';
import type { CheckMode } from '../../domain/decision.ts';
import { counted } from '../../domain/count.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { ModelSignature, SignatureFacts } from '../../domain/model-signature.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { formatEnding, type ProcessEnding } from '../../domain/process-ending.ts';
import { show } from '../../domain/printable.ts';
import { countClasses, type ChangeClass } from '../../domain/signature-change.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CompatibilityCheck } from '../../facts/compatibility.ts';
import type { SignatureCheck } from '../../facts/signature.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { formatChangedValue } from '../../plan/value-text.ts';
import { amount } from '../../transfer/progress.ts';
import type { CheckResult, SideBySideRow } from '../document.ts';
import type { NamedVersion } from '../subject.ts';

const SIGNATURE = 'Signature';
/** Characters of a digest by which two differ at a glance; the details have all of it. */
const SHORT_DIGEST = 15;

/** What a version declares that it takes and gives. */
export function signatureRow(check: SignatureCheck, mode: CheckMode): SideBySideRow {
  return {
    sign: check.decision.allowed ? 'passed' : mode === 'warn' ? 'warned' : 'refused',
    name: SIGNATURE,
    now: '',
    then: signatureText(check.mlmodel.signature),
  };
}

/** What both versions declare, and what the difference means to callers. */
export function comparedRow(check: CompatibilityCheck, facts: SignatureFacts): SideBySideRow {
  const { compared, found, decision } = check;
  const changes = found.state === 'compared' ? found.comparison.changes : [];
  const sign: CheckResult = !decision.allowed
    ? 'refused'
    : changes.some((change) => change.class !== 'compatible')
      ? 'warned'
      : found.state === 'unknown'
        ? 'warned'
        : 'passed';
  const difference = found.state === 'compared' ? `: ${differenceText(changes)}` : '';
  return {
    sign,
    name: SIGNATURE,
    now: compared.facts === undefined ? '' : signatureText(compared.facts),
    then: `${signatureText(facts)}${difference}`,
  };
}

/** How many changes of a signature are of which class. */
export function differenceText(changes: readonly { readonly class: ChangeClass }[]): string {
  const { breaking, warning, compatible } = countClasses(changes);
  const parts = [
    ...(breaking === 0 ? [] : [counted(breaking, 'change breaks callers', 'changes break callers')]),
    ...(warning === 0 ? [] : [`${warning} to review`]),
    ...(compatible === 0 ? [] : [`${compatible} compatible`]),
  ];
  return parts.length === 0 ? 'no change' : parts.join(', ');
}

function signatureText(facts: SignatureFacts): string {
  switch (facts.state) {
    case 'declared':
      return declaredText(facts.signature);
    case 'absent':
      return 'none';
    case 'missing-file':
      return 'no MLmodel file';
    case 'unreadable':
      return 'cannot be read';
  }
}

function declaredText({ inputs, outputs, params }: ModelSignature): string {
  const half = (list: readonly unknown[] | null, noun: string) =>
    list === null ? `no ${noun}s` : counted(list.length, noun);
  const declared = params === null || params.length === 0 ? [] : [counted(params.length, 'param')];
  return [half(inputs, 'input'), half(outputs, 'output'), ...declared].join(', ');
}

/** That the copy is the source, and by what that is known. */
export function contentRow({ digests, verified, files }: CopyResult, source: NamedVersion): SideBySideRow {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const equal =
    verified === 'full'
      ? 'every byte was read back and equals'
      : 'sizes and small files were read back and equal';
  return {
    sign: verified === 'full' ? 'passed' : 'warned',
    name: 'Content',
    now: '',
    then: `${digests.content.slice(0, SHORT_DIGEST)}, ${counted(files.length, 'file')}, ${amount(bytes)}: ${equal} ${formatModelUri(source.name, source.version)}`,
  };
}

/** The files that a copy would have. */
export function filesRow(files: readonly { readonly size: number }[], source: NamedVersion): SideBySideRow {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return {
    sign: 'passed',
    name: 'Content',
    now: '',
    then: `${counted(files.length, 'file')}, ${amount(bytes)}, of ${formatModelUri(source.name, source.version)}`,
  };
}

/** How a command of the user's judged the copy. */
export function validationRow(
  command: string,
  ending: ProcessEnding,
  ms: number,
  passed: boolean,
): SideBySideRow {
  return {
    sign: passed ? 'passed' : 'refused',
    name: 'Validation',
    now: '',
    then: `${passed ? 'passed' : 'failed'}: ${show(command, 80)}, ${formatEnding(ending)}, ${formatDuration(ms)}`,
  };
}

/** The status of a version that an alias shall name, and where it was copied from. */
export function versionRows(version: ModelVersion, statusKey: string): SideBySideRow[] {
  const status = tagValue(version.tags, statusKey);
  const origin = tagValue(version.tags, TAG_KEYS.origin);
  const row = (name: string, then: string): SideBySideRow => ({ sign: 'passed', name, now: '', then });
  return [
    ...(status === undefined ? [] : [row(statusKey, show(status, 120))]),
    ...(origin === undefined ? [] : [row('Copied from', show(origin, 300))]),
  ];
}

/** A value that is written, as it was and as it shall be. */
export function valueRow(name: string, from: string | null, to: string | null): SideBySideRow {
  return { sign: 'passed', name, now: formatChangedValue(from), then: formatChangedValue(to) };
}
