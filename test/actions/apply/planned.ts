import { moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { Metastore } from '../../../emulator/index.ts';
import { promote } from '../../../src/actions/promote.ts';
import { rollback } from '../../../src/actions/rollback.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { readPlanFile, type PlanFile } from '../../../src/plan/file.ts';
import { world, type ActionBench, type ActionRun } from '../harness.ts';

/** What plans, and what is there before. */
export interface Planning {
  readonly prepare?: (started: ActionBench) => Promise<void>;
  readonly plan: (started: ActionBench) => Promise<ActionRun>;
}

/** The version that Champion is moved to by each planning. */
const FILES = { 'model.pkl': 'another model' };

/** Every way to a plan. */
export const PLANNINGS = {
  'set-alias': {
    plan: ({ run }) => run(setAlias, { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true' }),
  },
  'set-alias, a deletion': {
    plan: ({ run }) => run(setAlias, { model: PROD, alias: 'Champion', delete: 'true', 'dry-run': 'true' }),
  },
  promote: {
    plan: ({ run }) =>
      run(promote, {
        source: `models:/${STAGING}/1`,
        destination: PROD,
        until: 'validate',
        'require-status': 'approved',
        'set-status': 'approved',
        'require-destination-status': 'approved',
      }),
  },
  rollback: {
    prepare: async ({ run }) => {
      await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
    },
    plan: ({ run }) =>
      run(rollback, {
        model: PROD,
        alias: 'Champion',
        'from-version': '2',
        reason: 'incident 7',
        'dry-run': 'true',
      }),
  },
} satisfies Readonly<Record<string, Planning>>;

/** The name of one of {@link PLANNINGS}. */
export type PlanningName = keyof typeof PLANNINGS;

/** A world in which a plan was left, and the plan. */
export interface Planned extends ActionBench {
  readonly seen: ActionRun;
  readonly text: string;
  readonly plan: PlanFile;
  readonly digest: string;
}

/** Plans in the demo's world with more versions of the prod model; throws where no plan was left. */
export async function planned(name: PlanningName): Promise<Planned> {
  const { prepare, plan }: Planning = PLANNINGS[name];
  const started = await world();
  versions(started.emulator.metastore);
  await prepare?.(started);
  const seen = await plan(started);
  const text = seen.outputs['plan'] ?? '';
  const read = readPlanFile(text);
  if ('fault' in read) throw new Error(`No plan (${read.fault}): ${seen.verdict}`);
  return { ...started, seen, text, plan: read.plan, digest: read.digest };
}

function versions(metastore: Metastore): void {
  moreVersions(metastore);
  metastore.addVersion(PROD, { files: FILES });
}
