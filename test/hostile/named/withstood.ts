import { PROD } from '../../../emulator/seeds/demo-models.ts';
import type { Strike } from '../intervention.ts';
import { movesAlias, rejects, withdrawsStatus } from '../foreign-write.ts';
import { GATEWAY_RESPONSES } from '../gateway-response.ts';
import {
  aliasScenario,
  copyScenario,
  labelsScenario,
  plainPromotionScenario,
  policyScenario,
} from '../scenarios.ts';
import type { HostileScenario } from '../scenario.ts';
import type { Trial } from '../trial.ts';
import { aliasNames, endsWith, named, sentOf, unless, wasStruck } from './named-schedule.ts';
import { ALIAS, CREATE, FINALIZE, LAST_FILE, SET_TAG } from './places.ts';

/** A scenario that is struck, run again, and complete then. */
function completes(
  name: string,
  scenario: HostileScenario,
  strikes: readonly Strike[],
  first: readonly string[],
): Trial {
  return named(name, scenario, async (stage) => {
    const struck = await stage.run(scenario.job, { strikes });
    const again = await stage.run(scenario.job, { attempt: 2 });
    return [
      ...wasStruck(struck),
      ...(struck.code === null ? [] : endsWith(struck, ...first)),
      ...endsWith(again, 'ok', 'noop'),
      ...scenario.faultsOf({ before: stage.history.before, after: stage.history.state }),
    ];
  });
}

/** Schedules that the product withstood when they were found. */
export const WITHSTOOD: readonly Trial[] = [
  completes(
    'the response to an alias move is lost',
    aliasScenario(),
    [{ at: ALIAS('Champion'), interventions: [{ kind: 'cut', when: 'after' }] }],
    ['ok'],
  ),
  completes(
    'a 502 page after an alias was moved',
    plainPromotionScenario(),
    [
      {
        at: ALIAS('Champion'),
        interventions: [{ kind: 'respond', with: GATEWAY_RESPONSES.badGateway, when: 'after' }],
      },
    ],
    ['ok'],
  ),
  completes(
    'the network sends a creation twice',
    copyScenario('owner'),
    [{ at: CREATE, interventions: [{ kind: 'double' }] }],
    ['ok'],
  ),
  completes(
    'a copy of a tag arrives when the run has ended',
    labelsScenario(),
    [{ at: SET_TAG('reviewed'), interventions: [{ kind: 'replay', when: 'at the end' }] }],
    ['ok'],
  ),
  completes(
    'killed when a version was finalized',
    plainPromotionScenario(),
    [{ at: FINALIZE, interventions: [{ kind: 'signal', signal: 'SIGKILL', when: 'after' }] }],
    [],
  ),
  completes(
    'cancelled before the last file arrives',
    copyScenario('creator'),
    [{ at: LAST_FILE, interventions: [{ kind: 'signal', signal: 'SIGINT', when: 'before' }] }],
    ['error'],
  ),
  named('somebody moves the alias during a copy', plainPromotionScenario(), async (stage) => {
    const ran = await stage.run(plainPromotionScenario().job, {
      strikes: [
        {
          at: LAST_FILE,
          interventions: [{ kind: 'foreign', write: movesAlias(PROD, 'Champion', 3), when: 'after' }],
        },
      ],
    });
    return [...wasStruck(ran), ...endsWith(ran, 'conflict'), ...aliasNames(stage, 'Champion', 3)];
  }),
  named('another run of ours promotes while a copy is made', plainPromotionScenario(), async (stage) => {
    const { job } = plainPromotionScenario();
    const ran = await stage.run(job, {
      strikes: [{ at: FINALIZE, interventions: [{ kind: 'second-run', when: 'before' }] }],
    });
    const champion = stage.history.state.models[PROD]?.aliases['Champion'];
    return [
      ...wasStruck(ran),
      ...endsWith(ran, 'ok', 'noop', 'conflict'),
      ...unless(champion !== 1, 'Neither run moved Champion.'),
    ];
  }),
  named('cancelled while the move of an alias gets no response', aliasScenario(), async (stage) => {
    const { job } = aliasScenario();
    const ran = await stage.run(job, {
      strikes: [
        {
          at: ALIAS('Champion'),
          interventions: [{ kind: 'signal', signal: 'SIGTERM', when: 'before' }, { kind: 'silence' }],
        },
      ],
    });
    const again = await stage.run(job, { attempt: 2 });
    return [
      ...wasStruck(ran),
      ...unless(ran.code === 1, `It ended with code ${ran.code}.`),
      ...unless(
        ran.journal.some(({ change, state }) => state !== 'planned' && change.includes('@Champion')),
        'Its journal does not say that the move was begun.',
      ),
      ...unless(sentOf(ran, 'PUT', /aliases/u) === 1, 'It sent the move more than once.'),
      ...endsWith(again, 'ok'),
    ];
  }),
  ...[withdrawsStatus(PROD, 'newest'), rejects(PROD, 'newest')].map((write) => {
    const scenario = policyScenario();
    const at = SET_TAG('validation_status');
    return named(`${write.what}, which a policy file alone requires`, scenario, async (stage) => {
      const struck = await stage.run(scenario.job, {
        strikes: [{ at, interventions: [{ kind: 'foreign', write, when: 'after' }] }],
      });
      return [
        ...wasStruck(struck),
        ...endsWith(struck, 'blocked', 'conflict'),
        ...aliasNames(stage, 'Champion', 1),
      ];
    });
  }),
];
