import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import type { ModelSignature, SignatureFacts } from '../../domain/model-signature.ts';
import type {
  CompatibilityMode,
  SignatureChange,
  SignatureChangeKind,
  SignatureComparison,
} from '../../domain/signature-change.ts';
import { show } from '../../domain/printable.ts';
import { compareSignatures, NO_SIGNATURE } from './compare.ts';

/** What a comparison came to: judged, unknown because a file cannot be read, or nothing to compare with yet. */
export type Compatibility =
  | { readonly state: 'compared'; readonly comparison: SignatureComparison }
  | { readonly state: 'unknown'; readonly problem: string; readonly fix: string }
  /** `certain` is false where a name that is mistyped looks the same. */
  | { readonly state: 'nothing-there'; readonly why: string; readonly certain: boolean };

/** A finding for each change would bury the first ones. */
const MAX_FINDINGS = 20;
const MAX_PHRASES = 4;

/** What changed, in words: one and several. `input`, `output` or `param` goes in front where the part is not plain. */
const WORDS: Readonly<Record<SignatureChangeKind, readonly [one: string, several: string]>> = {
  'column-added-required': ['required column added', 'required columns added'],
  'column-added-optional': ['optional column added', 'optional columns added'],
  'column-removed': ['column removed', 'columns removed'],
  'property-added-required': ['required property added', 'required properties added'],
  'property-added-optional': ['optional property added', 'optional properties added'],
  'property-removed': ['property removed', 'properties removed'],
  'tensor-added': ['tensor added', 'tensors added'],
  'tensor-removed': ['tensor removed', 'tensors removed'],
  'param-added': ['param with a default added', 'params with a default added'],
  'param-removed': ['param removed', 'params removed'],
  'became-required': ['optional value became required', 'optional values became required'],
  'became-optional': ['required value became optional', 'required values became optional'],
  'type-widened': ['type widened', 'types widened'],
  'type-changed': ['type changed', 'types changed'],
  'dtype-changed': ['dtype changed', 'dtypes changed'],
  'rank-changed': ['number of dimensions changed', 'numbers of dimensions changed'],
  'length-opened': ['length opened', 'lengths opened'],
  'length-fixed': ['length fixed', 'lengths fixed'],
  'length-changed': ['length changed', 'lengths changed'],
  'list-changed': ['param changed between value and list', 'params changed between value and list'],
  'default-changed': ['default changed', 'defaults changed'],
  'names-added': ['names added to list', 'names added to lists'],
  'names-dropped': ['names removed from list', 'names removed from lists'],
  'columns-to-tensors': ['list of columns became tensors', 'lists of columns became tensors'],
  'tensors-to-columns': ['list of tensors became columns', 'lists of tensors became columns'],
  'order-changed': ['order changed', 'orders changed'],
  'name-false': ['name that counts as false in Python', 'names that count as false in Python'],
  'name-repeated': ['repeated name changed', 'repeated names changed'],
  'reading-changed': [
    'short form of the input read differently',
    'short forms of the input read differently',
  ],
  'hints-added': ['input checked by type hints', 'inputs checked by type hints'],
  'hints-dropped': ['input no longer checked by type hints', 'inputs no longer checked by type hints'],
  'hints-decide': ['input checked only by type hints', 'inputs checked only by type hints'],
  'example-form-changed': ['form of the example changed', 'forms of the example changed'],
  declared: ['list declared for the first time', 'lists declared for the first time'],
  undeclared: ['list no longer declared', 'lists no longer declared'],
  emptied: ['list emptied', 'lists emptied'],
};

/** Compares what two `MLmodel` files say. A version without a signature declares nothing; unreadable is unknown. */
export function compareFacts(
  before: SignatureFacts,
  after: SignatureFacts,
  mode: CompatibilityMode,
): Compatibility {
  const [old, now] = [declared(before), declared(after)];
  if (typeof old === 'string') {
    return {
      state: 'unknown',
      problem: `The compared version: ${old}`,
      fix: 'A version cannot be changed. Compare with another version, or test the calls of its callers on this version and then set compatibility: none for this run.',
    };
  }
  if (typeof now === 'string') {
    return {
      state: 'unknown',
      problem: `This version: ${now}`,
      fix: 'Log the model again so that its MLmodel file can be read, or set compatibility: none if no callers depend on it.',
    };
  }
  return { state: 'compared', comparison: compareSignatures(old, now, mode) };
}

function declared(facts: SignatureFacts): ModelSignature | string {
  switch (facts.state) {
    case 'declared':
      return facts.signature;
    case 'absent':
      return NO_SIGNATURE;
    case 'missing-file':
      return 'it has no MLmodel file.';
    case 'unreadable':
      return facts.problem;
  }
}

/**
 * What it means for callers, as one sentence without a final period: `Whoever calls models:/a.b.c/6 can call this
 * version: one optional column added`. `compared` names the compared version.
 */
export function compatibilityVerdict(found: Compatibility, compared: string): string {
  if (found.state === 'unknown') {
    return `Whether callers of ${compared} can call this version is unknown: ${found.problem.replace(/\.$/u, '')}`;
  }
  if (found.state === 'nothing-there') return `Nothing to compare with: ${found.why.replace(/\.$/u, '')}`;
  const { changes, mode } = found.comparison;
  if (changes.length === 0) return `Callers of ${compared} can call this version: nothing changed`;
  const breaking = changes.filter((change) => change.class === 'breaking');
  if (breaking.length > 0) return `Callers of ${compared} break: ${phrases(breaking)}`;
  const said = phrases(changes);
  if (mode === 'exact')
    return `The signature differs from ${compared}, although its callers can call this version: ${said}`;
  return `Callers of ${compared} can call this version: ${said}`;
}

/** The comparison as a check: what the mode does not let pass is an error, the rest of note a warning. */
export function decideCompatibility(
  found: Compatibility,
  mode: CompatibilityMode,
  compared: string,
): Decision {
  if (found.state === 'nothing-there') {
    if (found.certain) return decide([]);
    return decide([
      {
        code: 'compatibility-nothing-seen',
        severity: 'warning',
        message: `${compatibilityVerdict(found, compared)}.`,
        fix: 'Check the name in compare-with; a mistyped name has no callers either.',
      },
    ]);
  }
  if (found.state === 'unknown') {
    return decide([
      {
        code: 'compatibility-unknown',
        severity: mode === 'none' ? 'warning' : 'error',
        message: `${compatibilityVerdict(found, compared)}.`,
        fix: found.fix,
      },
    ]);
  }
  const { changes } = found.comparison;
  const reported = mode === 'exact' ? changes : changes.filter((change) => change.class !== 'compatible');
  const findings = reported.slice(0, MAX_FINDINGS).map((change) => toFinding(change, mode));
  const rest = reported.slice(MAX_FINDINGS);
  if (rest.length > 0) {
    findings.push({
      code: 'compatibility-more',
      severity: rest.some((change) => refuses(change, mode)) ? 'error' : 'warning',
      message: `${rest.length} more changes: ${phrases(rest)}.`,
    });
  }
  return decide(findings);
}

function toFinding(change: SignatureChange, mode: CompatibilityMode): Finding {
  const from = change.before === null ? '' : `${show(change.before)} → `;
  const refused = refuses(change, mode);
  return {
    code: `compatibility-${change.kind}`,
    severity: refused ? 'error' : 'warning',
    message: `${show(change.path)}: ${from}${show(change.after ?? 'removed')}. ${change.reason}`,
    ...(refused ? { fix: fixOf(change, mode) } : {}),
  };
}

function refuses(change: SignatureChange, mode: CompatibilityMode): boolean {
  return mode === 'exact' || (mode === 'callers' && change.class === 'breaking');
}

function fixOf(change: SignatureChange, mode: CompatibilityMode): string {
  if (change.class !== 'breaking') {
    return `Log the model again with the old declaration, or set compatibility: callers instead of ${mode}.`;
  }
  if (change.kind === 'declared') {
    return 'The compared version declares nothing to compare with. Test the calls of its callers on this version, then set compatibility: none for this run.';
  }
  return change.kind === 'became-required' || change.kind.endsWith('-added-required')
    ? 'Log the model again and make the addition optional, or migrate the callers first and then set compatibility: none.'
    : 'Log the model again with the old declaration, or migrate the callers first and then set compatibility: none.';
}

/** Which part a kind of change is about, where the words do not say it. */
function prefixOf(path: string, kind: SignatureChangeKind): string {
  if (/^outputs\b/u.test(path)) return 'output ';
  if (kind !== 'type-widened' && kind !== 'type-changed') return '';
  return /^params\b/u.test(path) ? 'param ' : 'input ';
}

/** Kinds of change, counted: `one optional column added, 3 input types changed`. */
function phrases(changes: readonly SignatureChange[]): string {
  const counts = new Map<string, { count: number; words: readonly [string, string] }>();
  for (const { path, kind } of changes) {
    const prefix = prefixOf(path, kind);
    const key = `${prefix}${kind}`;
    const [one, several] = WORDS[kind];
    const entry = counts.get(key) ?? { count: 0, words: [`${prefix}${one}`, `${prefix}${several}`] };
    entry.count += 1;
    counts.set(key, entry);
  }
  const all = [...counts.values()].map(({ count, words: [one, several] }) =>
    count === 1 ? `one ${one}` : `${count} ${several}`,
  );
  const more = all.length - MAX_PHRASES;
  return `${all.slice(0, MAX_PHRASES).join(', ')}${more > 0 ? ` and ${more} more kinds of change` : ''}`;
}
