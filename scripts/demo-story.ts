import type { MetastoreSnapshot } from '../emulator/index.ts';

/** Models of the demo. */
export const STAGING = 'staging.ml_team.fraud_detection';
export const PROD = 'prod.ml_team.fraud_detection';

/** One step of the story, and how it must end. */
export interface Scene {
  readonly title: string;
  /** What to look at, one sentence. */
  readonly about: string;
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  /** Who signs in; default: the service principal that promotes. */
  readonly token?: string;
  /** The further flags where the step is a command at a laptop; without them it is a step of a job. */
  readonly command?: readonly string[];
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the summary must say, as a reader sees it. */
  readonly says: readonly string[];
  /** What must be true of the registry afterwards; without it, nothing may have changed. */
  readonly after?: (state: MetastoreSnapshot) => readonly string[];
}

/** The version that an alias of the prod model names. */
export function aliasOf(state: MetastoreSnapshot, alias: string): number | undefined {
  return state.models[PROD]?.aliases[alias];
}

const PROMOTE = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  'require-status': 'approved',
  'validate-command': 'node -p process.env.MODEL_URI',
  'set-status': 'validated',
};

/** What is not as it must be when the promotion is done, a sentence each. */
function promoted(state: MetastoreSnapshot): string[] {
  const source = state.models[STAGING]?.versions['1'];
  const copy = state.models[PROD]?.versions['2'];
  const faults: string[] = [];
  if (aliasOf(state, 'Champion') !== 2) faults.push('Champion does not name version 2.');
  if (copy?.status !== 'READY') faults.push('Version 2 of the prod model is not READY.');
  if (copy?.tags['validation_status'] !== 'validated') faults.push('Version 2 lacks its status.');
  if (JSON.stringify(copy?.files) !== JSON.stringify(source?.files)) faults.push('The files differ.');
  return faults;
}

/** The documented promotion, with what it refuses. */
export const STORY: readonly Scene[] = [
  {
    title: 'The version to promote has a signature',
    about: 'Only the MLmodel file is read.',
    action: 'validate-signature',
    with: { model: STAGING, version: '1' },
    exitCode: 0,
    outputs: { outcome: 'ok', valid: 'true', changed: 'false', version: '1' },
    says: ['declares inputs and outputs'],
  },
  {
    title: 'A version without a signature is refused',
    about: 'The step fails, and prints the line of Python that fixes it.',
    action: 'validate-signature',
    with: { model: STAGING, version: '2' },
    exitCode: 1,
    outputs: { outcome: 'blocked', valid: 'false', changed: 'false', version: '2' },
    says: ['no signature', 'infer_signature'],
  },
  {
    title: 'Its promotion is refused too: nothing is copied, Champion stays',
    about: 'A check that refuses stops the promotion before anything is written.',
    action: 'promote',
    with: { source: `models:/${STAGING}/2`, destination: PROD },
    exitCode: 1,
    outputs: { outcome: 'blocked', changed: 'false' },
    says: ['no signature'],
  },
  {
    title: 'The service principal that promotes holds every privilege it needs',
    about: 'Effective grants, through groups, inheritance and ownership.',
    action: 'gate-on-grants',
    with: { source: STAGING, destination: PROD, operations: 'copy, tag, set-alias' },
    exitCode: 0,
    outputs: { outcome: 'ok', allowed: 'true', missing: '[]' },
    says: ['holds every required privilege'],
  },
  {
    title: 'The trainer may not copy, and sees the statements that would allow it',
    about: 'Each missing privilege comes with the statement that grants it.',
    action: 'gate-on-grants',
    with: { source: STAGING, destination: PROD, operations: 'copy' },
    token: 'emulator-trainer',
    exitCode: 1,
    outputs: { outcome: 'denied', allowed: 'false' },
    says: ['GRANT CREATE MODEL VERSION ON FUNCTION'],
  },
  {
    title: 'The promotion as a dry run',
    about: 'It reports what would change, and writes nothing.',
    action: 'promote',
    with: { ...PROMOTE, 'dry-run': 'true' },
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'false', 'would-change': 'true' },
    says: ['Champion'],
  },
  {
    title: 'The promotion',
    about: 'Check, copy, validate with a command, tag and move the alias in one step with one summary.',
    action: 'promote',
    with: PROMOTE,
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'true', version: '2', uri: `models:/${PROD}/2` },
    says: ['Champion 1 → 2', 'Undo:'],
    after: promoted,
  },
  {
    title: 'The same promotion again changes nothing',
    about: 'It finds its own copy, and the alias already names it.',
    action: 'promote',
    with: PROMOTE,
    exitCode: 0,
    outputs: { outcome: 'noop', changed: 'false', version: '2' },
    says: [],
  },
  {
    title: 'The audit of every alias finds nothing wrong',
    about: 'Meant for a schedule: all models of both schemas.',
    action: 'audit-aliases',
    with: { models: 'staging.ml_team.*\nprod.ml_team.*' },
    exitCode: 0,
    outputs: { outcome: 'ok', count: '0', 'models-seen': '2' },
    says: ['no findings'],
  },
];
