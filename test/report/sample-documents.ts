import type { Decision, Finding } from '../../src/domain/decision.ts';
import { code, paragraph, table, type SummaryDocument } from '../../src/report/document.ts';
import { HOSTILE_DOCUMENT } from './hostile.ts';
import { PROD, STAGING } from './full-names.ts';

const GREEN: Decision = { allowed: true, findings: [] };

/** A document with nothing in it but a verdict. */
export const EMPTY: SummaryDocument = {
  action: 'set-alias',
  outcome: 'ok',
  verdict: 'prod.ml_team.fraud_detection@Champion 6 → 8',
  dryRun: false,
  headline: { state: 'done', change: 'Champion 6 → 8', object: 'prod.ml_team.fraud_detection' },
  lead: 'The alias was moved and read back.',
  reasons: [],
  risks: [],
  people: { when: '2026-11-28 17:44 UTC' },
  links: [],
  workspacePages: [],
  noUndo: 'nothing to undo',
  checksOff: [],
  facts: [],
  changes: [],
  checks: [],
  todo: [],
  undo: [],
  effects: [],
  evidence: [],
  sections: [],
};

const SIGNATURE_TABLE = table(
  ['Part', 'Name', 'Type', 'Required'],
  [
    ['input', 'amount', 'double', 'yes'],
    ['input', 'merchant_id', 'string', 'yes'],
    ['input', 'hour', 'long', 'yes'],
    ['output', '(unnamed)', 'long', 'yes'],
  ],
);

const ok: SummaryDocument = {
  ...EMPTY,
  facts: [
    { label: 'Model', value: 'prod.ml_team.fraud_detection' },
    { label: 'Version', value: '8', note: 'READY, created by ci@example.com on 2026-11-21' },
    { label: 'Signed in as', value: '6f1c0d2e-0a3b-4b6e-9f57-1f0c8f6d4c11', note: 'github-oidc' },
  ],
  checks: [
    {
      name: 'Signature',
      mode: 'fail',
      decision: GREEN,
      passed: 'The signature declares inputs and outputs.',
    },
    {
      name: 'Privileges',
      mode: 'fail',
      decision: GREEN,
      passed: 'The caller owns prod.ml_team.fraud_detection through the group ml-platform.',
    },
    { name: 'Status', mode: 'fail', decision: GREEN, passed: 'Version 8 is READY and not on hold.' },
  ],
  changes: [
    { change: { kind: 'alias', name: PROD, alias: 'Champion', from: 6, to: 8 }, state: 'done' },
    {
      change: {
        kind: 'tag',
        target: { kind: 'version', name: PROD, version: 8 },
        key: 'validation_status',
        from: 'pending',
        to: 'approved',
      },
      state: 'done',
    },
  ],
  undo: [
    paragraph('Run set-alias with version 6, or:'),
    code('shell', 'databricks registered-models set-alias prod.ml_team.fraud_detection Champion 6'),
  ],
  sections: [{ title: 'Signature of version 8', folded: true, blocks: [SIGNATURE_TABLE] }],
};

const noop: SummaryDocument = {
  ...ok,
  outcome: 'noop',
  headline: { state: 'noop', change: 'Champion is 8 already', object: 'prod.ml_team.fraud_detection' },
  verdict: 'prod.ml_team.fraud_detection@Champion already names version 8',
  changes: [
    { change: { kind: 'alias', name: PROD, alias: 'Champion', from: 8, to: 8 }, state: 'not-needed' },
  ],
  undo: [],
};

const missing: readonly (readonly [string, string])[] = [
  ['USE CATALOG on the catalog prod', 'GRANT USE CATALOG ON CATALOG prod TO `ci-promoter`;'],
  ['USE SCHEMA on the schema prod.ml_team', 'GRANT USE SCHEMA ON SCHEMA prod.ml_team TO `ci-promoter`;'],
  ['CREATE MODEL on the schema prod.ml_team', 'GRANT CREATE MODEL ON SCHEMA prod.ml_team TO `ci-promoter`;'],
  [
    'EXECUTE on the model prod.ml_team.fraud_detection',
    'GRANT EXECUTE ON FUNCTION prod.ml_team.fraud_detection TO `ci-promoter`;',
  ],
  [
    'APPLY TAG on the model prod.ml_team.fraud_detection',
    'GRANT APPLY TAG ON FUNCTION prod.ml_team.fraud_detection TO `ci-promoter`;',
  ],
];

const DENIED_FINDINGS: readonly Finding[] = [
  ...missing.map(([what]): Finding => ({
    code: 'privilege-missing',
    severity: 'error',
    message: `${what} is missing.`,
  })),
  {
    code: 'owner-missing',
    severity: 'error',
    message:
      'Moving an alias needs the ownership of prod.ml_team.fraud_detection, which alice@example.com has.',
    fix: 'Give the model to a group that contains ci-promoter.',
  },
];

const denied: SummaryDocument = {
  ...EMPTY,
  action: 'gate-on-grants',
  outcome: 'denied',
  headline: { state: 'denied', change: '6 rights missing', object: 'prod.ml_team.fraud_detection' },
  lead: 'Refused for 6 reasons.',
  reasons: DENIED_FINDINGS.map((finding) => ({ ...finding, check: 'Privileges' })),
  verdict: 'ci-promoter lacks 5 privileges and the ownership of prod.ml_team.fraud_detection',
  facts: [
    { label: 'Caller', value: 'ci-promoter', note: 'service principal, groups: users, ci' },
    { label: 'Operations', value: 'copy, set-alias, tag' },
  ],
  checks: [
    {
      name: 'Privileges',
      mode: 'fail',
      passed: 'All privileges are held.',
      decision: {
        allowed: false,
        findings: DENIED_FINDINGS,
      },
    },
    { name: 'Signature', mode: 'fail', decision: null, passed: 'The signature declares inputs and outputs.' },
  ],
  todo: [
    paragraph('Have an owner of the catalog, or a metastore admin, run:'),
    code('sql', missing.map(([, statement]) => statement).join('\n')),
    paragraph(
      'Ownership is not a privilege: no GRANT confers it. alice@example.com gives the model to a group and keeps access only as a member of it:',
    ),
    code('shell', 'databricks registered-models update prod.ml_team.fraud_detection --owner ml-platform'),
    code('json', '{\n  "owner": "ml-platform"\n}'),
  ],
  sections: [
    {
      title: 'Effective privileges of ci-promoter',
      folded: true,
      blocks: [
        table(
          ['Securable', 'Privilege', 'Inherited from'],
          [
            ['staging', 'USE_CATALOG', ''],
            ['staging.ml_team', 'USE_SCHEMA', 'catalog staging'],
          ],
        ),
      ],
    },
  ],
};

const blocked: SummaryDocument = {
  ...EMPTY,
  action: 'promote',
  outcome: 'blocked',
  headline: { state: 'blocked', change: 'Champion stays 6', object: 'prod.ml_team.fraud_detection' },
  lead: 'The MLmodel file declares inputs, and no outputs. Nothing was written.',
  verdict: 'staging.ml_team.fraud_detection version 2 has no signature: its outputs are not declared',
  facts: [
    { label: 'Source', value: 'models:/staging.ml_team.fraud_detection/2' },
    { label: 'Destination', value: 'prod.ml_team.fraud_detection' },
    { label: 'Champion', value: '6', note: 'as it was' },
  ],
  checks: [
    {
      name: 'Signature',
      mode: 'fail',
      passed: 'The signature declares inputs and outputs.',
      decision: {
        allowed: false,
        findings: [
          {
            code: 'signature-outputs-missing',
            severity: 'error',
            message: 'The MLmodel file declares inputs, and no outputs.',
            fix: 'Log the model again with signature=infer_signature(X, model.predict(X)).',
          },
        ],
      },
    },
    { name: 'Privileges', mode: 'fail', decision: GREEN, passed: 'The caller may copy and set the alias.' },
    { name: 'Validation', mode: 'fail', decision: null, passed: 'The command ended with 0.' },
  ],
  changes: [
    { change: { kind: 'copy', source: { name: STAGING, version: 2 }, destination: PROD }, state: 'not-done' },
  ],
  todo: [
    paragraph('Log the model again with a signature, then promote the new version:'),
    code(
      'python',
      'signature = infer_signature(X, model.predict(X))\nmlflow.sklearn.log_model(model, name="model", signature=signature)',
    ),
  ],
};

const dryRun: SummaryDocument = {
  ...ok,
  dryRun: true,
  headline: { state: 'planned', change: 'Champion 6 → 8', object: 'prod.ml_team.fraud_detection' },
  lead: 'Nothing was written.',
  risks: [
    {
      check: 'Signature',
      code: 'signature-params',
      severity: 'warning',
      message: 'The parameter threshold has no default.',
      fix: 'Give it one.',
    },
  ],
  checksOff: ['Privileges'],
  changes: ok.changes.map(({ change }) => ({ change, state: 'planned' as const })),
  checks: ok.checks.map((check) =>
    check.name === 'Privileges'
      ? { ...check, mode: 'off' as const, decision: null }
      : check.name === 'Signature'
        ? {
            ...check,
            mode: 'warn' as const,
            decision: {
              allowed: true,
              findings: [
                {
                  code: 'signature-params',
                  severity: 'warning' as const,
                  message: 'The parameter threshold has no default.',
                  fix: 'Give it one.',
                },
              ],
            },
          }
        : check,
  ),
  undo: [],
};

const FINDING_WORDS = ['version is missing', 'not READY', 'no signature', 'tag missing'] as const;

const manyRows: SummaryDocument = {
  ...EMPTY,
  action: 'audit-aliases',
  outcome: 'partial',
  headline: { state: 'partial', change: '200 errors', object: 'prod.*' },
  verdict: '200 findings over 173 models; 4 models could not be read',
  checks: [
    {
      name: 'Aliases',
      mode: 'fail',
      passed: '',
      decision: {
        allowed: true,
        findings: [
          {
            code: 'unseen',
            severity: 'warning',
            message: '4 models of prod.risk could not be read.',
            fix: 'Grant EXECUTE on them.',
          },
        ],
      },
    },
  ],
  facts: [{ label: 'Models seen', value: '173' }],
  sections: [
    {
      title: 'Findings',
      folded: false,
      blocks: [
        table(
          ['Model', 'Alias', 'Version', 'Finding'],
          Array.from({ length: 200 }, (_, i) => [
            `prod.ml_team.model_${i}`,
            i % 3 === 0 ? 'Champion' : 'challenger-2',
            String((i * 7) % 31),
            FINDING_WORDS[i % FINDING_WORDS.length] ?? '',
          ]),
          ['left', 'left', 'right', 'left'],
        ),
      ],
    },
  ],
};

/** A page with links into a workspace. */
const linked: SummaryDocument = {
  ...ok,
  workspacePages: [
    {
      text: 'version 8',
      href: 'https://adb-123.4.azuredatabricks.net/explore/data/models/prod/ml_team/fraud%22%3E%26x/version/8?o=123',
    },
  ],
};

/** One document a situation, by name. */
export const SAMPLES: Readonly<Record<string, SummaryDocument>> = {
  ok,
  noop,
  denied,
  blocked,
  'dry-run': dryRun,
  hostile: HOSTILE_DOCUMENT,
  'many-rows': manyRows,
  linked,
};
