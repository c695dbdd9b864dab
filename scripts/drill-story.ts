import type { MetastoreSnapshot } from '../emulator/index.ts';
import { aliasOf, PROD, STAGING, type Scene } from './demo-story.ts';

const NIGHTLY = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  'require-status': 'approved',
  'set-status': 'approved',
};

const AUDIT = { models: 'prod.ml_team.*', require: 'validation_status=approved' };

const ROLLBACK = { model: PROD, alias: 'Champion', 'from-version': '2', reason: 'incident 7' };

function champion(number: number): (state: MetastoreSnapshot) => string[] {
  return (state) =>
    aliasOf(state, 'Champion') === number ? [] : [`Champion does not name version ${number}.`];
}

/** The keys of the holds that the prod model has. */
function holdsOf(state: MetastoreSnapshot): string[] {
  const tags = state.models[PROD]?.tags ?? {};
  return Object.keys(tags).filter((key) => key.startsWith('uc_promote_hold_'));
}

function rejected(state: MetastoreSnapshot): string[] {
  const status = state.models[PROD]?.versions['2']?.tags['validation_status'];
  return status === 'rejected' ? [] : ['Version 2 is not rejected.'];
}

function rolledBack(state: MetastoreSnapshot): string[] {
  const copy = state.models[PROD]?.versions['2'];
  return [
    ...champion(1)(state),
    ...(holdsOf(state).length === 1 ? [] : ['The model has not one hold.']),
    ...(copy?.status === 'READY' ? [] : ['The bad version is gone.']),
  ];
}

function lifted(state: MetastoreSnapshot): string[] {
  return [...champion(1)(state), ...(holdsOf(state).length === 0 ? [] : ['A hold is left.'])];
}

/** A bad night: a model that passed every check is live, and has to go. */
export const DRILL: readonly Scene[] = [
  {
    title: 'The nightly promotion makes a bad model live: every check passed',
    about: 'Nothing that a check reads shows that the model is wrong.',
    action: 'promote',
    with: NIGHTLY,
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'true', version: '2', 'previous-version': '1' },
    says: ['Champion 1 → 2'],
    after: champion(2),
  },
  {
    title: 'Monitoring sees wrong scores, and rejects the version',
    about: 'A status is a tag: the alias stays where it is.',
    action: 'tag-status',
    with: { model: PROD, version: '2', status: 'rejected' },
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'true' },
    says: ['rejected'],
    after: rejected,
  },
  {
    title: 'The audit reports the alias that names it',
    about: 'It only reads, and is meant to run on a schedule.',
    action: 'audit-aliases',
    with: AUDIT,
    exitCode: 1,
    outputs: { outcome: 'blocked', count: '1' },
    says: ['must have the tag validation_status=approved but has validation_status=rejected'],
  },
  {
    title: 'On call, at a laptop: what did the alias name, and who moved it?',
    about: 'The record of moves, which the rollback is based on.',
    action: 'find-version',
    with: { model: PROD, alias: 'Champion', history: 'true' },
    command: [],
    exitCode: 0,
    outputs: { outcome: 'ok', version: '2' },
    says: ['ada'],
  },
  {
    title: 'The rollback, by the command line: GitHub is not asked',
    about: 'Record, alias, hold. `--yes` because nobody is at the terminal.',
    action: 'rollback',
    with: ROLLBACK,
    command: ['--yes'],
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'true', version: '1', 'previous-version': '2', held: 'true' },
    says: ['Champion 2 → 1', 'Undo:'],
    after: rolledBack,
  },
  {
    title: 'The next nightly promotion is refused: the same bytes are on hold',
    about: 'The step is the first one, unchanged.',
    action: 'promote',
    with: NIGHTLY,
    exitCode: 1,
    outputs: { outcome: 'blocked', changed: 'false' },
    says: ['on hold', 'incident 7'],
  },
  {
    title: 'In the morning: the cause was elsewhere, so the hold is lifted',
    about: 'Every hold that stops the version goes; the alias stays.',
    action: 'tag-status',
    with: { model: PROD, version: '2', 'lift-hold': 'true' },
    command: [],
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'true' },
    says: ['hold'],
    after: lifted,
  },
  {
    title: 'The next promotion may take the model again (dry run)',
    about: 'The copy is still there, and nothing holds it.',
    action: 'promote',
    with: { ...NIGHTLY, 'dry-run': 'true' },
    exitCode: 0,
    outputs: { outcome: 'ok', changed: 'false', 'would-change': 'true' },
    says: ['Champion 1 → 2'],
  },
];
