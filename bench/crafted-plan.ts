import { PROD } from '../emulator/seeds/demo-models.ts';
import { planDigest } from '../src/plan/digest.ts';
import { basisOf, PLAN_VALIDITY, type PlanFile } from '../src/plan/file.ts';

const [catalog = '', schema = '', model = ''] = PROD.split('.');
const NAME = { catalog, schema, model };

/** The plan by which a run of the tests moves Champion from 1 to a version, as a planning step of it would leave it. */
export function craftedPlan(to: number, madeAt = Date.now()): PlanFile {
  const move = { name: NAME, alias: 'Champion', from: 1, to };
  const changes = [
    { kind: 'record', ...move },
    { kind: 'alias', ...move },
  ] as const;
  const target = { kind: 'version', name: NAME, version: to } as const;
  return {
    schemaVersion: 1,
    run: {
      provider: 'github',
      repository: 'acme/models',
      runId: '4242',
      attempt: '1',
      sha: '0123456789abcdef0123456789abcdef01234567',
      workflowRef: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
      actor: 'ada',
      madeAt: new Date(madeAt).toISOString(),
      validUntil: new Date(madeAt + PLAN_VALIDITY).toISOString(),
    },
    registry: { kind: 'databricks', workspaceId: '4242424242424242' },
    planner: 'planner@example.com',
    changes: [...changes],
    basis: [
      ...basisOf(changes),
      { kind: 'status', name: NAME, version: to, was: 'READY' },
      { kind: 'tag', target, key: 'uc_promote_hold', was: null },
      { kind: 'holds', name: NAME, was: null },
    ],
    deferred: [],
    effects: [],
    evidence: [],
  };
}

/** The inputs that hand a plan on. */
export function given(plan: PlanFile): { plan: string; 'expected-digest': string } {
  return { plan: JSON.stringify(plan), 'expected-digest': planDigest(plan) };
}
