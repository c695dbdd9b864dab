import { PROD } from '../../actions/worlds.ts';
import type { Strike } from '../deed.ts';
import { movesAlias } from '../foreign-write.ts';
import { GATEWAY_RESPONSES } from '../gateway-response.ts';
import { aliasPlay, copyPlay, labelsPlay, plainPromotionPlay, type Play } from '../plays.ts';
import type { Trial } from '../trial.ts';
import { aliasNames, endsWith, named, sentOf, unless, wasStruck } from './named-schedule.ts';
import { ALIAS, CREATE, FINALIZE, LAST_FILE, SET_TAG } from './places.ts';

/** A play that is struck, run again, and complete then. */
function completes(name: string, play: Play, strikes: readonly Strike[], first: readonly string[]): Trial {
  return named(name, play, async (stage) => {
    const struck = await stage.run(play.job, { strikes });
    const again = await stage.run(play.job, { attempt: 2 });
    return [
      ...wasStruck(struck),
      ...(struck.code === null ? [] : endsWith(struck, ...first)),
      ...endsWith(again, 'ok', 'noop'),
      ...play.faultsOf({ before: stage.history.before, after: stage.history.state }),
    ];
  });
}

/** Schedules that the product withstood when they were found. */
export const HELD: readonly Trial[] = [
  completes(
    'the response to an alias move is lost',
    aliasPlay(),
    [{ at: ALIAS('Champion'), deeds: [{ kind: 'cut', when: 'after' }] }],
    ['ok'],
  ),
  completes(
    'a 502 page after an alias was moved',
    plainPromotionPlay(),
    [
      {
        at: ALIAS('Champion'),
        deeds: [{ kind: 'respond', with: GATEWAY_RESPONSES.badGateway, when: 'after' }],
      },
    ],
    ['ok'],
  ),
  completes(
    'the network sends a creation twice',
    copyPlay('owner'),
    [{ at: CREATE, deeds: [{ kind: 'double' }] }],
    ['ok'],
  ),
  completes(
    'a copy of a tag arrives when the run has ended',
    labelsPlay(),
    [{ at: SET_TAG('reviewed'), deeds: [{ kind: 'replay', when: 'at the end' }] }],
    ['ok'],
  ),
  completes(
    'killed when a version was finalized',
    plainPromotionPlay(),
    [{ at: FINALIZE, deeds: [{ kind: 'signal', signal: 'SIGKILL', when: 'after' }] }],
    [],
  ),
  completes(
    'cancelled before the last file arrives',
    copyPlay('creator'),
    [{ at: LAST_FILE, deeds: [{ kind: 'signal', signal: 'SIGINT', when: 'before' }] }],
    ['error'],
  ),
  named('somebody moves the alias during a copy', plainPromotionPlay(), async (stage) => {
    const ran = await stage.run(plainPromotionPlay().job, {
      strikes: [
        {
          at: LAST_FILE,
          deeds: [{ kind: 'foreign', write: movesAlias(PROD, 'Champion', 3), when: 'after' }],
        },
      ],
    });
    return [...wasStruck(ran), ...endsWith(ran, 'conflict'), ...aliasNames(stage, 'Champion', 3)];
  }),
  named('another run of ours promotes while a copy is made', plainPromotionPlay(), async (stage) => {
    const { job } = plainPromotionPlay();
    const ran = await stage.run(job, {
      strikes: [{ at: FINALIZE, deeds: [{ kind: 'ours', when: 'before' }] }],
    });
    const champion = stage.history.state.models[PROD]?.aliases['Champion'];
    return [
      ...wasStruck(ran),
      ...endsWith(ran, 'ok', 'noop', 'conflict'),
      ...unless(champion !== 1, 'Neither run moved Champion.'),
    ];
  }),
  named('cancelled while the move of an alias gets no response', aliasPlay(), async (stage) => {
    const { job } = aliasPlay();
    const ran = await stage.run(job, {
      strikes: [
        {
          at: ALIAS('Champion'),
          deeds: [{ kind: 'signal', signal: 'SIGTERM', when: 'before' }, { kind: 'silence' }],
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
];
