import { stringify } from 'yaml';
import { startEmulator } from '../../../../emulator/index.ts';
import { HOSTILE } from '../../../report/hostile.ts';
import { seedHostile } from '../../../security/hostile-world.ts';
import { check, same, type CaseResult } from '../../harness/outcome.ts';
import type { PeerContext } from '../../harness/script.ts';
import { makeActRepository, type ActRepository } from './repository.ts';
import type { ActRun, ActStep } from './run.ts';

const staging = 'staging.ml_team.fraud_detection';
const prod = 'prod.ml_team.fraud_detection';
const token = 'emulator-promoter';
const path = '.github/workflows/injection.yml';

/** A text that a stranger may write, with nothing in it that means something to a runner. */
const harmless = 'harmless words';

const hostile = [
  ...HOSTILE,
  'x\nghadelimiter_1\noutcome<<x\nok\nx',
  '%0A::add-mask::prod\r::set-output name=outcome::ok\n##[add-path]/tmp\n::stop-commands::x\n::set-env name=A::b',
].join('\n');

/** Steps that read much of what strangers write, and the outcome of each is that of its world. */
const steps: readonly (readonly [id: string, action: string, inputs: Readonly<Record<string, string>>])[] = [
  ['connected', 'check-connection', { model: staging, catalogs: 'prod\nstaging' }],
  ['found', 'find-version', { model: prod }],
  ['signed', 'validate-signature', { model: prod, version: '2' }],
  ['gate', 'gate-on-grants', { source: `models:/${staging}/1`, destination: prod }],
  ['audit', 'audit-aliases', { models: 'prod.*\nstaging.*' }],
  ['copy', 'copy-version', { source: `models:/${staging}/1`, destination: prod }],
  ['status', 'tag-status', { model: prod, version: '2', status: 'approved' }],
  ['alias', 'set-alias', { model: prod, alias: 'Champion', version: '2' }],
  ['promoted', 'promote', { source: `models:/${staging}/1`, destination: prod, alias: 'Challenger' }],
];

const workflow = stringify({
  on: 'push',
  jobs: {
    read: {
      'runs-on': 'ubuntu-24.04',
      env: { DATABRICKS_HOST: '${{ vars.DATABRICKS_HOST }}' },
      steps: [
        { uses: 'actions/checkout@v7' },
        ...steps.map(([id, action, inputs]) => ({
          id,
          // The action of the root is promote.
          uses: action === 'promote' ? './' : `./${action}`,
          'continue-on-error': true,
          with: { token: '${{ secrets.DATABRICKS_TOKEN }}', ...inputs },
        })),
        // What a text of a stranger would have left for later steps.
        { id: 'later', run: 'echo "left:${A:-nothing}:$PATH"' },
        // That act obeys what is printed raw: else this would compare nothing.
        { id: 'raw', run: "printf '::notice::told\\n::add-mask::a-mask\\n'" },
      ],
    },
  },
});

/** The same workflow in two worlds: act's own reading of the log and the command files finds the same in both. */
export async function* actInjection({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('act, injection')) return;
  const prefix = 'act, injection';
  const repository = await makeActRepository(python, { [path]: workflow });
  try {
    const tame = await runIn(repository, harmless);
    const wild = await runIn(repository, hostile);
    yield await check(`${prefix}: every step ran in both worlds`, () => {
      const ids = (run: ActRun) => run.steps.map(({ id, result }) => [id, result]);
      same(ids(wild), ids(tame), `steps (${wild.end})`);
      for (const [id] of steps) stepOf(tame, id);
      return `${tame.steps.length} steps`;
    });
    for (const [id, action] of steps)
      yield await check(`${prefix}: ${action}: the same outputs, masks and annotations`, () =>
        compare(stepOf(tame, id), stepOf(wild, id)),
      );
    yield await check(`${prefix}: act obeys what is printed raw`, () => {
      const { annotations, commands } = stepOf(tame, 'raw');
      same([annotations.map(({ text }) => text), commands], [['told'], ['add-mask']], 'commands');
      return '';
    });
    yield await check(`${prefix}: nothing is left for later steps`, () => {
      const left = /left:.*/.exec(stepOf(wild, 'later').log)?.[0] ?? '';
      if (!left.startsWith('left:nothing:') || left.endsWith(':/tmp')) throw new Error(left);
      same(left, /left:.*/.exec(stepOf(tame, 'later').log)?.[0], 'what later steps see');
      return '';
    });
  } finally {
    await repository.close();
  }
}

async function runIn(repository: ActRepository, text: string): Promise<ActRun> {
  const emulator = await startEmulator({ seed: (metastore) => seedHostile(metastore, text) });
  try {
    return await repository.run({
      workflow: path,
      secrets: { DATABRICKS_TOKEN: token },
      vars: { DATABRICKS_HOST: emulator.url },
      host: emulator,
    });
  } finally {
    await emulator.close();
  }
}

function stepOf(run: ActRun, id: string): ActStep {
  const step = run.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`act ran no step ${id}: ${run.end}`);
  return step;
}

/** Outputs that hold a text of the world, or name a file or an instant of the run, differ in value and never in name. */
function compare(tame: ActStep, wild: ActStep): string {
  same(Object.keys(wild.outputs).sort(), Object.keys(tame.outputs).sort(), 'names of outputs');
  const own = Object.keys(tame.outputs).filter(
    (name) => !tame.outputs[name]?.includes('harmless') && !/report|predicate|digest|file/.test(name),
  );
  const values = (step: ActStep) => own.map((name) => [name, step.outputs[name]]);
  same(values(wild), values(tame), 'outputs');
  same(wild.commands, tame.commands, 'other commands');
  const kinds = (step: ActStep) => step.annotations.map(({ level, title }) => [level, title]);
  same(kinds(wild), kinds(tame), 'annotations');
  if (own.length < 3) throw new Error('too few outputs are compared');
  return `${own.length} of ${Object.keys(tame.outputs).length} outputs are equal, ${tame.annotations.length} annotations, commands: ${tame.commands.join(' ')}`;
}
