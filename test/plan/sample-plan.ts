import type { Change } from '../../src/plan/change.ts';
import { basisOf, type PlanFile } from '../../src/plan/file.ts';

/** The model that is changed. */
export const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
/** The version that it moves the alias to. */
export const COPY = { kind: 'version', name: NAME, version: 8 } as const;

/** The changes of a promotion after its copy, with what each rests on. */
export const CHANGES: readonly Change<'record' | 'alias'>[] = [
  { kind: 'record', name: NAME, alias: 'Champion', from: 6, to: 8 },
  {
    kind: 'alias',
    name: NAME,
    alias: 'Champion',
    from: 6,
    to: 8,
    basis: [
      { kind: 'status', name: NAME, version: 8, was: 'READY' },
      { kind: 'tag', target: COPY, key: 'validation_status', was: 'approved' },
      { kind: 'tag', target: COPY, key: 'uc_promote_hold', was: null },
    ],
  },
];

/** The plan of {@link CHANGES}. */
export const PLAN: PlanFile = {
  schemaVersion: 1,
  run: {
    provider: 'github',
    repository: 'acme/models',
    runId: '4242',
    attempt: '1',
    sha: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
    workflowRef: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
    actor: 'ada',
    madeAt: '2026-11-28T17:40:00.000Z',
    validUntil: '2026-11-29T17:40:00.000Z',
  },
  registry: { kind: 'databricks', workspaceId: '1234567890123456' },
  planner: 'planner@example.com',
  changes: CHANGES.map(({ basis: _basis, ...change }) => change),
  basis: basisOf(CHANGES),
  deferred: [{ privilege: 'ownership', on: 'prod.ml_team.fraud_detection' }],
  effects: [
    { kind: 'deployment-job', model: NAME, job: '9007199254740993', runsAs: null },
    {
      kind: 'triggered-job',
      model: NAME,
      job: '9007199254740995',
      name: 'refresh-features',
      event: 'alias-set',
    },
    { kind: 'endpoint', model: NAME, endpoint: 'fraud-rt', versions: [6], state: 'former' },
  ],
  evidence: [{ kind: 'signature', of: 'models:/prod.ml_team.fraud_detection/8', inputs: 15, outputs: 1 }],
};

/** The update of an endpoint after it. */
export const UPDATE = {
  kind: 'serving',
  name: NAME,
  endpoint: 'fraud-rt',
  version: 8,
  alias: 'Champion',
  keepsPrevious: true,
  from: [{ version: 6, percent: 100 }],
  to: [
    { version: 8, percent: 100 },
    { version: 6, percent: 0 },
  ],
  config: '5f'.repeat(32),
  rules: { whenUpdating: 'wait', timeoutMs: 3_600_000, putsBack: 'alias-and-endpoints' },
} as const;

const edited = (edit: object): object => ({ ...PLAN, ...edit });

/** Plans that no reader may take, by what is wrong with each, and where. */
export const REFUSED: Readonly<Record<string, readonly [plan: unknown, fault: string]>> = {
  null: [null, 'the whole: '],
  'a later schema': [edited({ schemaVersion: 2 }), 'schemaVersion: '],
  'no changes': [edited({ changes: undefined }), 'changes: '],
  'a kind of change that is not known': [edited({ changes: [{ kind: 'deploy' }] }), 'changes.0.kind: '],
  'an update of an endpoint to the copy before it has a number': [
    edited({ changes: [{ ...UPDATE, version: 'copy' }] }),
    'changes.0.version: ',
  ],
  'an update of an endpoint that follows no alias': [
    edited({ changes: [{ ...UPDATE, alias: undefined }] }),
    'changes.0.alias: ',
  ],
  'an update of an endpoint that rests on nothing': [
    edited({ changes: [{ ...UPDATE, config: undefined }] }),
    'changes.0.config: ',
  ],
  'an update of an endpoint to more than all requests': [
    edited({ changes: [{ ...UPDATE, to: [{ version: 8, percent: 101 }] }] }),
    'changes.0.to.0.percent: ',
  ],
  'an update of an endpoint that puts back something else': [
    edited({ changes: [{ ...UPDATE, rules: { ...UPDATE.rules, putsBack: 'all' } }] }),
    'changes.0.rules.putsBack: ',
  ],
  'a kind of change that comes before the copy': [
    edited({ changes: [{ kind: 'copy', source: { name: NAME, version: 3 }, destination: NAME }] }),
    'changes.0.kind: ',
  ],
  'a deletion of what a copy left': [
    edited({
      changes: [{ kind: 'delete-version', name: NAME, version: 3, why: 'leftover', from: 'READY', to: null }],
    }),
    'changes.0.why: ',
  ],
  'a deletion of a version without its state': [
    edited({ changes: [{ kind: 'delete-version', name: NAME, version: 3, why: 'old', to: null }] }),
    'changes.0.from: ',
  ],
  'an alias of the copy before it has a number': [
    edited({ changes: [{ kind: 'alias', name: NAME, alias: 'Champion', from: 6, to: 'copy' }] }),
    'changes.0.to: ',
  ],
  'a tag': [
    edited({
      changes: [
        {
          kind: 'tag',
          target: COPY,
          key: 'validation_status',
          from: null,
          to: 'x',
        },
      ],
    }),
    'changes.0.kind: ',
  ],
  'a version that is no whole number': [edited({ basis: [{ ...PLAN.basis[0], was: 6.5 }] }), 'basis.0.was: '],
  'a member more': [edited({ approved: true }), 'it holds members that this release does not know'],
  'a member more in a change': [
    edited({ changes: [{ ...PLAN.changes[1], force: true }] }),
    'it holds members that this release does not know',
  ],
  'a time without its zone': [
    edited({ run: { ...PLAN.run, validUntil: '2026-11-29T17:40:00' } }),
    'run.validUntil: ',
  ],
  'a version below one': [edited({ changes: [{ ...PLAN.changes[1], to: 0 }] }), 'changes.0.to: '],
  'an alias without a name': [edited({ changes: [{ ...PLAN.changes[1], alias: '' }] }), 'changes.0.alias: '],
  'a model without a name': [
    edited({ basis: [{ ...PLAN.basis[0], name: { ...NAME, model: '' } }] }),
    'basis.0.name.model: ',
  ],
  'a tag that is no hold, as one': [
    edited({
      changes: [{ kind: 'hold', name: NAME, version: 8, key: 'owner_tag', from: 'x', to: null }],
    }),
    'changes.0.key: ',
  ],
};
