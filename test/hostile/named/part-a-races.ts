import { fixture } from '../../../emulator/seeds/model-files.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { Intervention, Strike } from '../intervention.ts';
import {
  addsFile,
  changesOwner,
  deletesVersion,
  exchangesFile,
  holds,
  lengthensFile,
  movesAlias,
  rejects,
  withdrawsStatus,
  type ForeignWrite,
} from '../foreign-write.ts';
import { GATEWAY_RESPONSES, registryError } from '../gateway-response.ts';
import {
  aliasScenario,
  labelsScenario,
  newModelScenario,
  plainPromotionScenario,
  promotionScenario,
} from '../scenarios.ts';
import type { HostileScenario } from '../scenario.ts';
import type { Trial } from '../trial.ts';
import { endsWith, named, unless, wasStruck } from './named-schedule.ts';
import { ALIAS, CREATE_MODEL, DELETE_VERSION, FINALIZE, LAST_FILE, SET_OWNER, SET_TAG } from './places.ts';

const unavailable: Intervention = { kind: 'respond', with: GATEWAY_RESPONSES.unavailable, when: 'before' };
const staleToken: Intervention = {
  kind: 'respond',
  with: registryError(401, 'UNAUTHENTICATED', 'The access token has expired.'),
  when: 'before',
};
const meanwhile = (write: ForeignWrite): Intervention => ({ kind: 'foreign', write, when: 'before' });

/** A run that is struck once and has to refuse; `wrong` looks at what it left. */
function refuses(
  name: string,
  scenario: HostileScenario,
  strike: Strike,
  outcomes: readonly string[],
  wrong: (state: { readonly champion: number | undefined; readonly status: string | undefined }) => string[],
): Trial {
  return named(name, scenario, async (stage) => {
    const ran = await stage.run(scenario.job, { strikes: [strike] });
    const model = stage.history.state.models[PROD];
    return [
      ...wasStruck(ran),
      ...endsWith(ran, ...outcomes),
      ...wrong({
        champion: model?.aliases['Champion'],
        status: model?.versions['2']?.tags['validation_status'],
      }),
    ];
  });
}

const championStays = ({ champion }: { readonly champion: number | undefined }) =>
  unless(champion === 1, `Champion was moved to ${champion}.`);

/** A2: what is repeated below the loop that compares. */
const REPEATED: readonly Trial[] = [
  named(
    'A2: a withdrawn version that another run of ours promotes is deleted',
    plainPromotionScenario(),
    async (stage) => {
      const { job } = plainPromotionScenario();
      const denied = registryError(403, 'PERMISSION_DENIED', 'User does not have APPLY TAG.');
      const ran = await stage.run(job, {
        strikes: [
          {
            at: SET_TAG('uc_promote_digest'),
            interventions: [{ kind: 'respond', with: denied, when: 'before' }],
          },
          { at: DELETE_VERSION, interventions: [{ kind: 'second-run', when: 'before' }, unavailable] },
        ],
      });
      const model = stage.history.state.models[PROD];
      const champion = model?.aliases['Champion'];
      return [
        ...wasStruck(ran),
        ...unless(
          champion !== undefined && model?.versions[String(champion)] !== undefined,
          'The production version is gone, and Champion with it.',
        ),
        ...unless(champion !== 1, 'The other run did not move Champion.'),
      ];
    },
  ),
  named(
    'A2: an owner that somebody sets meanwhile is overwritten by a repeated request',
    {
      prepare(metastore) {
        metastore.addGroup('on-call', { members: [PROMOTER] });
      },
    },
    async (stage) => {
      const { job } = newModelScenario();
      const ran = await stage.run(job, {
        strikes: [
          {
            at: SET_OWNER,
            interventions: [meanwhile(changesOwner('prod.ml_team.new_model', 'on-call')), unavailable],
          },
        ],
      });
      const owner = stage.history.state.models['prod.ml_team.new_model']?.owner;
      return [...wasStruck(ran), ...unless(owner === 'on-call', `The owner is ${owner}.`)];
    },
  ),
];

/** A4: what is sent again with a new token. */
const RENEWED: readonly Trial[] = [
  refuses(
    'A4: somebody moves the alias while the token of its move is renewed',
    aliasScenario('oauth'),
    { at: ALIAS('Champion'), interventions: [meanwhile(movesAlias(PROD, 'Champion', 3)), staleToken] },
    ['conflict'],
    ({ champion }) => unless(champion === 3, `Champion names ${champion}.`),
  ),
  refuses(
    'A4: somebody rejects a version while the token of its approval is renewed',
    { ...labelsScenario(), job: { ...labelsScenario().job, signIn: 'oauth' } },
    { at: SET_TAG('validation_status'), interventions: [meanwhile(rejects(PROD, 2)), staleToken] },
    ['conflict', 'blocked'],
    ({ status }) => unless(status === 'rejected', `The status is ${status}.`),
  ),
];

/** A5: the whole basis of a change, before every try. */
const BASIS: readonly Trial[] = [
  refuses(
    'A5: an approval is withdrawn while the move of the alias is tried again',
    promotionScenario(),
    { at: ALIAS('Champion'), interventions: [meanwhile(withdrawsStatus(PROD, 'newest')), unavailable] },
    ['blocked', 'conflict'],
    championStays,
  ),
  refuses(
    'A5: a hold is set while the move of the alias is tried again',
    promotionScenario(),
    { at: ALIAS('Champion'), interventions: [meanwhile(holds(PROD, 'newest')), unavailable] },
    ['blocked', 'conflict'],
    championStays,
  ),
  refuses(
    'A5: a hold is set while set-alias tries again',
    aliasScenario(),
    { at: ALIAS('Champion'), interventions: [meanwhile(holds(PROD, 2)), unavailable] },
    ['blocked', 'conflict'],
    championStays,
  ),
  refuses(
    'A5: a hold is set while tag-status tries again',
    labelsScenario(),
    { at: SET_TAG('validation_status'), interventions: [meanwhile(holds(PROD, 2)), unavailable] },
    ['blocked', 'conflict'],
    ({ status }) => unless(status !== 'approved', 'The version on hold was approved.'),
  ),
];

/** A6: two deaths between two writes that belong together. */
const DEATHS: readonly Trial[] = [
  named('A6: killed between a model and its owner', newModelScenario(), async (stage) => {
    const { job } = newModelScenario();
    const killed = await stage.run(job, {
      strikes: [{ at: CREATE_MODEL, interventions: [{ kind: 'signal', signal: 'SIGKILL', when: 'after' }] }],
    });
    const again = await stage.run(job, { attempt: 2 });
    const owner = stage.history.state.models['prod.ml_team.new_model']?.owner;
    const isOk = again.outcome === 'ok' || again.outcome === 'noop';
    return [
      ...wasStruck(killed),
      ...unless(!isOk || owner === 'ml-deployers', `It ended ${again.outcome}, and the owner is ${owner}.`),
    ];
  }),
  named('A6: killed between an alias and its record', promotionScenario(), async (stage) => {
    const { job, faultsOf } = promotionScenario();
    const killed = await stage.run(job, {
      strikes: [
        { at: ALIAS('Champion'), interventions: [{ kind: 'signal', signal: 'SIGKILL', when: 'after' }] },
      ],
    });
    const again = await stage.run(job, { attempt: 2 });
    const isOk = again.outcome === 'ok' || again.outcome === 'noop';
    return [
      ...wasStruck(killed),
      ...(isOk ? faultsOf({ before: stage.history.before, after: stage.history.state }) : []),
    ];
  }),
];

/** The same where the workspace takes writes into finalized versions. */
function whereFilesStayOpen(scenario: HostileScenario): HostileScenario {
  return { ...scenario, emulator: { switches: { writesAfterFinalize: 'accepted' } } };
}

/** A7: what is equal when it is compared, and another thing when it is used. */
const EXCHANGED: readonly Trial[] = [
  ...[exchangesFile(PROD, 'newest', 'model.pkl'), addsFile(PROD, 'newest', 'code/__init__.py')].map((write) =>
    refuses(
      `A7: ${write.what} before it is finalized`,
      plainPromotionScenario(),
      { at: FINALIZE, interventions: [meanwhile(write)] },
      ['error', 'conflict', 'blocked'],
      championStays,
    ),
  ),
  ...[addsFile(PROD, 'newest', 'hook.py', 'any time'), lengthensFile(PROD, 'newest', 'model.pkl')].flatMap(
    (write) => [
      refuses(
        `A7: ${write.what} while its alias is tried again`,
        whereFilesStayOpen(plainPromotionScenario()),
        { at: ALIAS('Champion'), interventions: [meanwhile(write), unavailable] },
        ['conflict'],
        championStays,
      ),
      refuses(
        `A7: ${write.what} while its status is tried again`,
        whereFilesStayOpen(promotionScenario()),
        { at: SET_TAG('validation_status'), interventions: [meanwhile(write), unavailable] },
        ['conflict'],
        ({ status }) => unless(status !== 'approved', 'A copy with other files was approved.'),
      ),
    ],
  ),
  ...[rejects(STAGING, 1), holds(STAGING, 1), deletesVersion(STAGING, 1)].map((write) =>
    refuses(
      `A7: ${write.what} during the copy`,
      promotionScenario(),
      { at: LAST_FILE, interventions: [meanwhile(write)] },
      ['blocked', 'conflict', 'invalid'],
      championStays,
    ),
  ),
];

/** A14: an equal copy whose run died before its digests were recorded. */
const RECORDED: readonly Trial[] = [
  named(
    'A14: a copy without its digests is taken',
    {
      prepare(metastore) {
        moreVersions(metastore);
        metastore.addVersion(PROD, {
          files: fixture('fraud_detection') ?? GOOD_FILES,
          source: `models:/${STAGING}/1`,
          description: 'Trained on the third quarter.',
          createdBy: PROMOTER,
          tags: {
            dataset: 'transactions_q3',
            uc_promote_origin: `models:/${STAGING}/1`,
            uc_promote_run: 'acme/models/4141/1/m0000000-0badcafe',
          },
        });
      },
    },
    async (stage) => {
      const ran = await stage.run(plainPromotionScenario().job);
      const model = stage.history.state.models[PROD];
      const champion = model?.aliases['Champion'];
      const tags = model?.versions[String(champion)]?.tags ?? {};
      return unless(
        champion === 1 ||
          (tags['uc_promote_digest'] !== undefined && tags['uc_promote_listing'] !== undefined),
        `It ended ${ran.outcome}, and version ${champion} has no digests.`,
      );
    },
  ),
];

/** Rows of part A that are about time. */
export const PART_A_RACES: readonly Trial[] = [
  ...REPEATED,
  ...RENEWED,
  ...BASIS,
  ...DEATHS,
  ...EXCHANGED,
  ...RECORDED,
];
