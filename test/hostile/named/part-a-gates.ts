import type { Metastore } from '../../../emulator/index.ts';
import { moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { holds } from '../foreign-write.ts';
import { registryError } from '../gateway-response.ts';
import { aliasScenario, plainPromotionScenario } from '../scenarios.ts';
import type { Job } from '../stage.ts';
import type { Trial } from '../trial.ts';
import { aliasNames, endsWith, isUntouched, named, sentOf, unless, wasStruck } from './named-schedule.ts';
import { ALIAS, CREATE } from './places.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

/** A1: a validation whose process is ended by a signal has no exit code. */
const VALIDATION: readonly Trial[] = ['KILL', 'SEGV', 'ABRT', 'TERM'].map((signal) =>
  named(`A1: the validation dies by SIG${signal}`, {}, async (stage) => {
    const job: Job = {
      action: 'promote',
      inputs: {
        ...COPY,
        'validate-command': `sh -c "kill -${signal} $$"`,
        'set-status': 'approved',
      },
      intent: { model: PROD, source: { model: STAGING, version: 1 } },
    };
    const ran = await stage.run(job);
    const copy = stage.history.state.models[PROD]?.versions['2'];
    return [
      ...endsWith(ran, 'blocked'),
      ...aliasNames(stage, 'Champion', 1),
      ...unless(copy?.tags['validation_status'] === undefined, 'The copy got its status.'),
      ...unless(JSON.stringify(ran.report?.checks).includes(`SIG${signal}`), 'No check names the signal.'),
    ];
  }),
);

/** A3: what a gate of a run reads never travels. */
const PRIVATE_KEYS: readonly Trial[] = [
  { name: 'the copy', gate: 'require-destination-status', wanted: ['blocked'] },
  { name: 'the source', gate: 'require-status', wanted: ['ok'] },
].map(({ name, gate, wanted }) =>
  named(
    `A3: a status of the source that a gate on ${name} reads travels`,
    {
      prepare: (metastore: Metastore) => metastore.setTags(STAGING, { review_state: 'approved' }, 1),
    },
    async (stage) => {
      const needs = { review_state: 'approved' };
      const isOfCopy = gate === 'require-destination-status';
      const job: Job = {
        action: 'promote',
        inputs: { ...COPY, 'copy-tags': '*', 'status-key': 'review_state', [gate]: 'approved' },
        intent: {
          model: PROD,
          source: { model: STAGING, version: 1, ...(isOfCopy ? {} : { needs }) },
          alias: { name: 'Champion', to: 'copy', ...(isOfCopy ? { needs } : {}) },
        },
      };
      const ran = await stage.run(job);
      const { review_state: state } = stage.history.state.models[PROD]?.versions['2']?.tags ?? {};
      return [...endsWith(ran, ...wanted), ...unless(state === undefined, `The copy got ${state}.`)];
    },
  ),
);

/** A8: tags at the platform's limit of fifty. A dry run says what the run does, and a refusal writes nothing. */
const TAG_LIMITS: readonly Trial[] = [
  ...[45, 48].map((count) =>
    named(
      `A8: ${count} tags travel and a status is set`,
      {
        prepare(metastore: Metastore) {
          const others = Array.from({ length: count - 1 }, (_, index) => [`tag_${index}`, 'x']);
          metastore.setTags(STAGING, Object.fromEntries(others) as Record<string, string>, 1);
        },
      },
      async (stage) => {
        const inputs = { ...COPY, 'copy-tags': '*', 'set-status': 'promoted' };
        return refusedAlike(stage, {
          action: 'promote',
          inputs,
          intent: {
            model: PROD,
            source: { model: STAGING, version: 1 },
            alias: { name: 'Champion', to: 'copy' },
            labels: { on: 'copy', tags: { validation_status: 'promoted' } },
          },
        });
      },
    ),
  ),
  named(
    'A8: set-alias onto a version with fifty tags',
    {
      prepare(metastore) {
        moreVersions(metastore);
        const tags = Array.from({ length: 50 }, (_, index) => [`tag_${index}`, 'x']);
        metastore.setTags(PROD, Object.fromEntries(tags) as Record<string, string>, 2);
      },
    },
    async (stage) => refusedAlike(stage, aliasScenario().job),
  ),
];

type Stage = Parameters<Parameters<typeof named>[2]>[0];

/** A run and its dry run end alike: both do it, or both refuse and nothing is written. */
async function refusedAlike(stage: Stage, job: Job): Promise<string[]> {
  const dry = await stage.run(
    { ...job, inputs: { ...job.inputs, 'dry-run': 'true' }, intent: { model: job.intent.model } },
    { workflow: 'B' },
  );
  const untouched = isUntouched(stage).map((fault) => `The dry run: ${fault}`);
  const ran = await stage.run(job);
  const said = `The dry run ended ${dry.outcome}, the run ${ran.outcome}: ${ran.report?.verdict}`;
  return [
    ...untouched,
    ...unless(dry.outcome === ran.outcome, said),
    ...(ran.outcome === 'ok' ? [] : isUntouched(stage)),
  ];
}

/** A9: limits of the platform are no limits of speed. */
const PLATFORM_LIMITS: readonly Trial[] = [
  named('A9: a model with ten aliases gets another', { prepare: tenAliases }, async (stage) => {
    const ran = await stage.run({
      action: 'set-alias',
      inputs: { model: PROD, alias: 'Blue', version: '2' },
      intent: { model: PROD, alias: { name: 'Blue', to: 2 } },
    });
    return [
      ...endsWith(ran, 'blocked'),
      ...isUntouched(stage),
      ...unless(ran.outputs['changed'] === 'false', 'It does not know that nothing changed.'),
      ...unless(sentOf(ran, 'PUT', /aliases/u) <= 1, 'It tried again.'),
      ...unless(/\b10\b.*alias|alias.*\b10\b/iu.test(ran.printed), 'It does not say which limit.'),
    ];
  }),
  named('A9: a promotion to a model with ten aliases', { prepare: tenAliases }, async (stage) => {
    const ran = await stage.run({
      action: 'promote',
      inputs: { ...COPY, alias: 'Blue' },
      intent: {
        model: PROD,
        source: { model: STAGING, version: 1 },
        alias: { name: 'Blue', to: 'copy' },
      },
    });
    return [...endsWith(ran, 'blocked'), ...isUntouched(stage)];
  }),
  ...[
    registryError(429, 'RESOURCE_EXHAUSTED', 'Cannot create more than 100000 model versions in the model.'),
    registryError(403, 'QUOTA_EXCEEDED', 'Cannot create 1 Model Version in Model (estimated limit: 100000).'),
    registryError(400, 'RESOURCE_EXHAUSTED', 'The limit of versions of this model is reached.'),
  ].map((given) =>
    named(`A9: a model at its limit of versions, by ${given.name}`, {}, async (stage) => {
      const always = Array.from({ length: 8 }, () => ({
        at: CREATE,
        interventions: [{ kind: 'respond' as const, with: given, when: 'before' as const }],
      }));
      const ran = await stage.run(plainPromotionScenario().job, { strikes: always });
      return [
        ...endsWith(ran, 'blocked'),
        ...isUntouched(stage),
        ...unless(ran.outputs['changed'] === 'false', 'It does not know that nothing changed.'),
        ...unless(sentOf(ran, 'POST', /model-versions\/create$/u) === 1, 'It tried again.'),
      ];
    }),
  ),
  ...[
    registryError(403, 'QUOTA_EXCEEDED', 'Cannot create 1 alias in Model (estimated limit: 10).'),
    registryError(429, 'RESOURCE_EXHAUSTED', 'Cannot have more than 10 aliases per registered model.'),
  ].map((given) =>
    named(`A9: the limit of aliases by ${given.name}`, aliasScenario(), async (stage) => {
      const always = Array.from({ length: 8 }, () => ({
        at: ALIAS('Champion'),
        interventions: [{ kind: 'respond' as const, with: given, when: 'before' as const }],
      }));
      const ran = await stage.run(aliasScenario().job, { strikes: always });
      return [
        ...endsWith(ran, 'blocked'),
        ...isUntouched(stage),
        ...unless(ran.outputs['changed'] === 'false', 'It does not know that nothing changed.'),
        ...unless(sentOf(ran, 'PUT', /aliases/u) === 1, 'It tried again.'),
      ];
    }),
  ),
];

/** The prod model with a second good version and ten aliases. */
function tenAliases(metastore: Metastore): void {
  moreVersions(metastore);
  for (let index = 0; index < 9; index += 1) metastore.setAlias(PROD, `alias_${index}`, 1);
}

/** A10: what a person holds is not copied around. */
const HELD_COPY: readonly Trial[] = [
  named('A10: a person holds the copy, and the promotion runs again', {}, async (stage) => {
    const { job } = plainPromotionScenario();
    const first = await stage.run(job);
    await stage.foreign(holds(PROD, 2));
    const versions = () => Object.keys(stage.history.state.models[PROD]?.versions ?? {}).length;
    const before = versions();
    const again = await stage.run(job, { workflow: 'B' });
    return [
      ...endsWith(first, 'ok'),
      ...endsWith(again, 'blocked', 'conflict'),
      ...unless(versions() === before, 'The held bytes became another version.'),
      ...aliasNames(stage, 'Champion', 2),
      ...unless(/hold/iu.test(again.printed), 'The hold is not mentioned.'),
    ];
  }),
];

/** A12: the host is another workspace than the one that was named. */
const OTHER_WORKSPACE: readonly Trial[] = [
  named('A12: the host says that it is another workspace', aliasScenario(), async (stage) => {
    const { job } = aliasScenario();
    const ran = await stage.run(
      { ...job, inputs: { ...job.inputs, 'workspace-id': '999' } },
      { headers: { 'x-databricks-org-id': '123456789' } },
    );
    return [
      ...endsWith(ran, 'invalid'),
      ...isUntouched(stage),
      ...unless(
        ran.printed.includes('999') && ran.printed.includes('123456789'),
        'It does not name both workspaces.',
      ),
    ];
  }),
  named('A12: a promotion at another workspace', {}, async (stage) => {
    const { job } = plainPromotionScenario();
    const ran = await stage.run(
      { ...job, inputs: { ...job.inputs, 'workspace-id': '999' } },
      { headers: { 'x-databricks-org-id': '123456789' } },
    );
    return [...endsWith(ran, 'invalid'), ...isUntouched(stage)];
  }),
];

/** A13: whatever way an approving status is written, the same checks hold. */
const APPROVALS: readonly Trial[] = (
  [
    ['on hold', '6'],
    ['that is pending', '4'],
    ['without signature', '3'],
  ] as const
).map(([which, version]) =>
  named(`A13: a version ${which} is approved by tags`, { prepare: moreVersions }, async (stage) => {
    const ran = await stage.run({
      action: 'tag-status',
      inputs: { model: PROD, version, tags: 'validation_status=approved', 'status-key': 'other' },
      intent: { model: PROD, labels: { on: Number(version), tags: { validation_status: 'approved' } } },
    });
    return [...endsWith(ran, 'blocked'), ...isUntouched(stage), ...wasStruck(ran)];
  }),
);

/** Rows of part A that are about what is let through. */
export const PART_A_GATES: readonly Trial[] = [
  ...VALIDATION,
  ...PRIVATE_KEYS,
  ...TAG_LIMITS,
  ...PLATFORM_LIMITS,
  ...HELD_COPY,
  ...OTHER_WORKSPACE,
  ...APPROVALS,
];
