import { PROD } from '../emulator/seeds/demo-models.ts';
import type { ModelVersionStatus, Tag } from '../src/domain/model.ts';
import type { Change } from '../src/plan/change.ts';
import { planDigest } from '../src/plan/digest.ts';
import { basisOf, type PlanFile } from '../src/plan/file.ts';
import { PLAN_VALIDITY } from '../src/domain/plan-validity.ts';
import { versionState } from '../src/plan/version-state.ts';
import { holdKey, holdsState } from '../src/policy/hold/model-hold.ts';
import { namingState } from '../src/policy/naming-state.ts';

const [catalog = '', schema = '', model = ''] = PROD.split('.');
const NAME = { catalog, schema, model };

/** The plan by which a run of the tests moves Champion from 1 to a version, as a planning step of it would leave it. */
export function craftedPlan(to: number, madeAt = Date.now()): PlanFile {
  return planOf(moveOf(1, to), { to, tags: [], madeAt });
}

/** The plan by which it takes Champion back from 2 to 1, and puts 2 on hold; `tags` are the model's. */
export function craftedRollback(tags: readonly Tag[]): PlanFile {
  const [key, reason] = [holdKey(2), 'incident 7'];
  const hold = { kind: 'hold', name: NAME, version: 2, key, from: null, to: reason } as const;
  return planOf([...moveOf(2, 1), hold], { to: 1, tags, madeAt: Date.now() });
}

function moveOf(from: number, to: number): Change<'record' | 'alias'>[] {
  const move = { name: NAME, alias: 'Champion', from, to };
  return [
    { kind: 'record', ...move },
    { kind: 'alias', ...move },
  ];
}

/** A version that a plan of a clean-up deletes. */
export interface CraftedDeletion {
  readonly version: number;
  readonly status: ModelVersionStatus;
  readonly why: 'rejected' | 'failed';
  readonly tags: readonly Tag[];
  readonly createdAt: number;
}

/** The plan by which it deletes versions of a model whose Champion names version 1; `tags` are the model's, `newest` is kept. */
export function craftedDeletions(
  deletions: readonly CraftedDeletion[],
  { tags, newest }: { readonly tags: readonly Tag[]; readonly newest: number },
): PlanFile {
  const naming = namingState(
    { aliases: [{ alias: 'Champion', version: 1 }], tags },
    { aliases: 'case-insensitive' },
  );
  const changes = deletions.map(({ version, status, why, ...read }) => {
    const from = versionState({ name: NAME, version, status, aliases: [], dependencies: [], ...read });
    return { kind: 'delete-version', name: NAME, version, why, from, to: null } as const;
  });
  const basis = [
    ...basisOf(changes),
    ...changes.map(({ version }) => ({ kind: 'served', name: NAME, version, was: null }) as const),
    { kind: 'naming', name: NAME, was: naming } as const,
    { kind: 'holds', name: NAME, was: holdsState(tags) } as const,
    { kind: 'status', name: NAME, version: newest, was: 'READY' } as const,
  ];
  return { ...emptyPlan(Date.now()), changes, basis };
}

function planOf(
  changes: readonly Change<'record' | 'alias' | 'hold'>[],
  { to, tags, madeAt }: { readonly to: number; readonly tags: readonly Tag[]; readonly madeAt: number },
): PlanFile {
  const target = { kind: 'version', name: NAME, version: to } as const;
  return {
    ...emptyPlan(madeAt),
    changes: [...changes],
    basis: [
      ...basisOf(changes),
      { kind: 'status', name: NAME, version: to, was: 'READY' },
      { kind: 'tag', target, key: 'uc_promote_hold', was: null },
      { kind: 'holds', name: NAME, was: holdsState(tags) },
    ],
  };
}

/** A plan of a run of the tests, without what it changes. */
function emptyPlan(madeAt: number): PlanFile {
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
    changes: [],
    basis: [],
    deferred: [],
    effects: [],
    evidence: [],
  };
}

/** The inputs that hand a plan on. */
export function given(plan: PlanFile): { plan: string; 'expected-digest': string } {
  return { plan: JSON.stringify(plan), 'expected-digest': planDigest(plan) };
}
