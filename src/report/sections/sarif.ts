import type { Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { formatFullName } from '../../domain/full-name.ts';
import type { TextPlace } from '../../domain/text-place.ts';
import { PRODUCT } from '../../domain/product.ts';
import type { Unread } from '../../facts/audit/read.ts';
import { FINDING_KINDS } from '../../policy/audit/families.ts';
import type { AuditFinding } from '../../policy/audit/finding.ts';
import { fingerprintOf } from '../../policy/audit/fingerprint.ts';

/** What an audit saw, and what it did not. */
export interface AuditResults {
  readonly findings: readonly AuditFinding[];
  readonly hidden: readonly Unread[];
  readonly matchedNothing: readonly { readonly line: string; readonly why: string }[];
  /** Who asked: `owner/name/.github/workflows/file.yml@ref`, or what another system calls its pipeline. */
  readonly workflowRef: string;
}

/** As many results of a run as GitHub keeps of one upload (GitHub documentation, SARIF support, limits). */
const MOST_RESULTS = 5_000;

const SEVERITIES = ['error', 'warning', 'note'] as const;

/**
 * The results of an audit as SARIF 2.1.0 (OASIS). A finding is about an alias in a registry: its place is a logical location, and its
 * file is the line of a pin, or else the workflow that asked.
 */
export function auditSarif({ findings, hidden, matchedNothing, workflowRef }: AuditResults): Log {
  const file = workflowFile(workflowRef);
  const worstFirst = SEVERITIES.flatMap((wanted) => findings.filter(({ severity }) => severity === wanted));
  const kept = worstFirst.slice(0, MOST_RESULTS);
  const notes: Notification[] = [
    ...hidden.map(({ name, reason }) => note(`${formatFullName(name)} could not be read: ${reason}`)),
    ...matchedNothing.map(({ line, why }) => note(`The line ${line} matched nothing: ${why}`)),
    ...(kept.length === findings.length
      ? []
      : [note(`${findings.length - kept.length} further findings are in the report alone.`)]),
  ];
  return {
    version: '2.1.0',
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    runs: [
      {
        tool: { driver: { name: PRODUCT.name, semanticVersion: PRODUCT.version, rules: RULES } },
        automationDetails: { id: `${PRODUCT.name}/audit-aliases/` },
        invocations: [
          {
            executionSuccessful: hidden.length === 0 && matchedNothing.length === 0,
            ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes }),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: kept.map((finding) => resultOf(finding, file)),
      },
    ],
  };
}

const RULES: ReportingDescriptor[] = FINDING_KINDS.map(({ code, severity, meaning, cause, fix }) => ({
  id: code,
  shortDescription: { text: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.` },
  fullDescription: { text: cause },
  help: { text: fix },
  defaultConfiguration: { level: severity },
}));

const RULE_INDEX = new Map(FINDING_KINDS.map(({ code }, index) => [code, index]));

function resultOf(finding: AuditFinding, file: string | undefined): Result {
  const { code, severity, message, fix } = finding;
  const ruleIndex = RULE_INDEX.get(code);
  return {
    ruleId: code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: severity,
    // In SARIF braces are places for arguments, and brackets are links (SARIF 2.1.0, 3.11.5 and 3.11.6).
    message: { text: asPlain(fix === undefined ? message : `${message} ${fix}`) },
    locations: [locationOf(finding, file)],
    partialFingerprints: { 'ucPromoteFinding/v1': fingerprintOf(finding) },
  };
}

function locationOf({ model, alias, version, place: at }: AuditFinding, file: string | undefined): Location {
  const place =
    alias !== undefined ? `${model}@${alias}` : version === undefined ? model : `${model}/${version}`;
  return {
    ...physicalLocation(at, file),
    logicalLocations: [{ fullyQualifiedName: place, kind: 'resource' }],
  };
}

/** The line that a finding is about, else the workflow that asked. */
function physicalLocation(
  at: TextPlace | undefined,
  file: string | undefined,
): Pick<Location, 'physicalLocation'> {
  if (at !== undefined) {
    const uri = at.file.split('/').map(encodeURIComponent).join('/');
    const region = { startLine: at.line, startColumn: at.column };
    return { physicalLocation: { artifactLocation: { uri }, region } };
  }
  return file === undefined ? {} : { physicalLocation: { artifactLocation: { uri: file } } };
}

/** `.github/workflows/audit.yml` of a workflow of GitHub; undefined for the pipelines of other systems. */
function workflowFile(workflowRef: string): string | undefined {
  const path = /^[^/@]+\/[^/@]+\/(\.github\/workflows\/[^@]+)@/u.exec(workflowRef)?.[1];
  return path === undefined ? undefined : path.split('/').map(encodeURIComponent).join('/');
}

function asPlain(text: string): string {
  return text
    .replaceAll(/[\\[\]]/gu, String.raw`\$&`)
    .replaceAll('{', '{{')
    .replaceAll('}', '}}');
}

function note(text: string): Notification {
  return { level: 'warning', message: { text: asPlain(text) } };
}
