import type { DraftModel, VersionDraft } from './draft.ts';
import { FAULTY_MLMODELS } from './mlmodels.ts';
import { GUARDED, RELEASED } from './policy-file.ts';

/** Puts one kind of fault into a model whose alias Champion names a good version, under the alias that is given. */
export type Plant = (model: DraftModel, alias: string, champion: number) => void;

/** A version with a fault, under an alias, with what is to be found of it. */
function faulty(code: string, draft: VersionDraft): Plant {
  return (model, alias) => {
    const version = model.version(draft);
    model.alias(alias, version);
    model.expect(code, { alias, version });
  };
}

/** A version under the alias that the policy protects, with what is to be found of it. */
function guarded(draft: VersionDraft, ...codes: readonly string[]): Plant {
  return (model) => {
    const version = model.version({ ...draft, tags: { ...RELEASED, ...draft.tags } });
    model.alias(GUARDED, version);
    for (const code of codes) model.expect(code, { alias: GUARDED, version });
  };
}

/** A source that nobody can read here. */
const ELSEWHERE = 'models:/origin.audit.x/3 in metastore 4711';

/** Faults by the policy file, each in a model for itself. */
const POLICY_PLANTS: readonly Plant[] = [
  guarded({ tags: { release_status: null } }, 'policy-status'),
  guarded({ tags: { release_status: 'Released' } }, 'policy-status'),
  guarded({ from: null }, 'policy-origin', 'origin-missing'),
  guarded({ from: 'sandbox' }, 'policy-origin', 'origin-other'),
  guarded({ sourceDiffers: true }, 'policy-origin-content', 'source-differs'),
  guarded({ recorded: 'wrong' }, 'policy-origin-content', 'digest-differs'),
  guarded({ recorded: 'not' }, 'digest-unrecorded'),
  guarded({ sourceAge: 23 }, 'policy-age'),
  guarded({ sourceAge: 1, tags: { release_status: null } }, 'policy-age', 'policy-status'),
  guarded(
    { from: 'models:/origin.audit.deleted/9' },
    'policy-age',
    'policy-origin-content',
    'source-unknown',
  ),
  guarded({ from: 'models:/origin.audit.deleted/9', age: 30 }, 'policy-origin-content', 'source-unknown'),
  guarded({ from: ELSEWHERE }, 'policy-age'),
  guarded({ from: ELSEWHERE, age: 30 }),
  guarded({ from: ELSEWHERE, age: 30, recorded: 'not' }, 'policy-origin-content', 'digest-unrecorded'),
  guarded({ from: ELSEWHERE, age: 30, recorded: 'wrong' }, 'policy-origin-content', 'digest-differs'),
  (model) => {
    const version = model.version({ status: 'PENDING_REGISTRATION', tags: RELEASED });
    model.alias(GUARDED, version);
    model.expect('version-not-ready', { alias: GUARDED, version });
    model.expect('version-pending', { version });
    model.expect('policy-origin-content', { alias: GUARDED, version });
  },
  // One version under both kinds of alias: the policy is about the one.
  (model, alias) => {
    const version = model.version({ sourceAge: 1 });
    model.alias(alias, version);
    model.alias(GUARDED, version);
    model.expect('policy-age', { alias: GUARDED, version });
    model.expect('policy-status', { alias: GUARDED, version });
  },
  guarded({}),
];

/** Faults of one version or alias: any number of them may meet in a model. */
export const VERSION_PLANTS: readonly Plant[] = [
  (model, alias) => {
    model.alias(alias, 99);
    model.expect('alias-dangling', { alias, version: 99 });
  },
  (model, alias) => {
    const version = model.version({ status: 'PENDING_REGISTRATION' });
    model.alias(alias, version);
    model.expect('version-not-ready', { alias, version });
    model.expect('version-pending', { version });
  },
  (model, alias) => {
    const version = model.version({ status: 'FAILED_REGISTRATION' });
    model.alias(alias, version);
    model.expect('version-not-ready', { alias, version });
    model.expect('version-failed', { version });
  },
  (model) => {
    model.expect('version-pending', { version: model.version({ status: 'PENDING_REGISTRATION' }) });
    model.expect('version-failed', { version: model.version({ status: 'FAILED_REGISTRATION' }) });
  },
  faulty('version-on-hold', { tags: { uc_promote_hold: 'incident 7' } }),
  ...Object.entries(FAULTY_MLMODELS).map(([code, text]) => faulty(code, { mlmodel: text })),
  faulty('required-tag', { tags: { validation_status: null } }),
  faulty('required-tag', { tags: { validation_status: 'Approved' } }),
  faulty('origin-missing', { from: null }),
  faulty('origin-other', { from: 'sandbox' }),
  faulty('digest-differs', { recorded: 'wrong' }),
  faulty('digest-unrecorded', { recorded: 'not' }),
  faulty('source-differs', { sourceDiffers: true }),
  faulty('source-unknown', { from: 'models:/origin.audit.deleted/9' }),
  (model, alias) => {
    const [from, to, now] = [model.version(), model.version(), model.version()];
    model.record(alias, [from, to]);
    model.alias(alias, now);
    model.expect('moved-outside', { alias, version: now });
    model.leave(from, to);
  },
  (model, alias) => {
    const [from, to] = [model.version(), model.version()];
    model.record(alias, [from, to]);
    model.expect('moved-outside', { alias });
    model.leave(from, to);
  },
  ...['98', 'origin.audit.elsewhere/3', 'none'].map((target): Plant => (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.pin(alias, target);
    model.expect('pin-differs', { alias, version });
  }),
  (model, alias) => {
    const version = model.version();
    model.pin(alias, version);
    model.leave(version);
    model.expect('pin-differs', { alias });
  },
  (model, alias) => {
    const version = model.version();
    model.record(alias, [77, version]);
    model.alias(alias, version);
    model.expect('rollback-missing', { alias, version });
  },
  (model, alias) => {
    const [from, version] = [model.version({ status: 'FAILED_REGISTRATION' }), model.version()];
    model.record(alias, [from, version]);
    model.alias(alias, version);
    model.expect('version-failed', { version: from });
    model.expect('rollback-not-ready', { alias, version });
  },
  (model, alias, champion) => {
    model.alias(`${alias}_Typo`, champion);
    model.expect('alias-unknown', { alias: `${alias}_Typo`, version: champion });
  },
  // Nothing is to be found of these.
  (model, alias) => {
    const [from, version] = [model.version(), model.version()];
    model.record(alias, [from, version], [null, from]);
    model.alias(alias, version);
  },
  (model, alias) => {
    const [version, never] = [model.version(), model.version()];
    model.record(alias, [version, never], [null, version]);
    model.alias(alias, version);
    model.leave(never);
  },
  (model, alias) => model.record(alias, [3, null]),
  (model, alias) => model.pin(alias, 'none'),
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.pin(alias, version);
  },
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.pin(alias, model.origin(version).replace('models:/', '').toUpperCase());
  },
  (model, alias) => model.alias(alias, model.version({ from: 'models:/origin.audit.x/3 in metastore 4711' })),
  (model) => model.leave(model.version(), model.version()),
];

/** Faults that touch every version of a model, or its aliases as a whole: one of them has a model for itself. */
export const MODEL_PLANTS: readonly Plant[] = [
  ...POLICY_PLANTS,
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.hold({ version });
    model.expect('version-on-hold', { alias, version });
  },
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.hold({ version: 71, origin: model.origin(version) });
    model.expect('equal-on-hold', { alias, version });
  },
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.hold({ version: 72, content: model.digest(version) });
    model.expect('equal-on-hold', { alias, version });
  },
  (model, alias) => {
    const [held, version] = [model.version(), model.version()];
    model.hold({ version: held });
    model.record(alias, [held, version]);
    model.alias(alias, version);
    model.expect('rollback-on-hold', { alias, version });
  },
  (model, alias) => {
    const version = model.version();
    model.alias(alias, version);
    model.recordText(alias, 'moved by hand');
    model.expect('record-unreadable', { alias, version });
  },
  (model, alias) => {
    model.recordText(alias, '[{"from":"one","to":2}]');
    model.expect('record-unreadable');
  },
  (model, alias, champion) => {
    model.tag('uc_promote_hold_0123456789ab', 'written by hand');
    const version = model.version();
    model.alias(alias, version);
    model.expect('hold-unreadable', { alias: 'Champion', version: champion });
    model.expect('hold-unreadable', { alias, version });
  },
  (model, _alias, champion) => {
    model.alias('Retired', champion);
    model.expect('alias-forbidden', { alias: 'Retired', version: champion });
  },
  (model, _alias, champion) => {
    const former = model.version();
    model.leave(former);
    model.endpoint([former]);
    model.expect('endpoint-behind', { alias: 'Champion', version: champion });
    // What is deployed without requests does not count.
    model.endpoint([former, champion]);
    model.expect('endpoint-behind', { alias: 'Champion', version: champion });
    // One that keeps the former version beside the live one is not behind, nor is one that nobody shows.
    model.endpoint([champion, former]);
    model.endpoint([former], 'ada@example.com');
  },
  (model, alias, champion) => {
    const former = model.version();
    model.leave(former);
    model.alias(alias, champion);
    model.endpoint([former]);
    model.expect('endpoint-behind');
  },
  (model, _alias, champion) => {
    model.twin('CHAMPION', champion);
    model.expect('alias-case', { alias: 'CHAMPION', version: champion });
  },
  (model, _alias, champion) => {
    for (let index = 1; index <= 10; index += 1) model.alias(`Slot_${index}`, champion);
    model.expect('alias-count');
  },
];
