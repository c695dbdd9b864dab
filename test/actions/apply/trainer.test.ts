import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { world, type ActionRun } from '../harness.ts';
import { planned } from './planned.ts';

const RULE = { 'require-distinct': 'trainer != requester' };

interface Role {
  readonly known: boolean;
  readonly identities: readonly { readonly name: string }[];
}
const trainerOf = (seen: ActionRun) =>
  (JSON.parse(seen.outputs['roles'] ?? '{}') as { readonly trainer: Role }).trainer;
const namesOf = (seen: ActionRun) => trainerOf(seen).identities.map(({ name }) => name);

describe('the trainer of a promoted version is who made its source', () => {
  test.each([
    ['somebody else: applied', 'ada = zoe@example.com', 'ok'],
    ['the requester: refused', 'ada = ada@example.com', 'blocked'],
  ])('%s', async (_title, people, outcome) => {
    const { run, text, emulator } = await planned('promote');
    const source = emulator.metastore.model(STAGING).versions.get(1);
    if (source === undefined) throw new Error('No source.');
    source.createdBy = 'ada@example.com';
    const seen = await run(apply, { plan: text, ...RULE, people });
    expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
    expect(namesOf(seen)).toContain('ada@example.com');
  });
});

/** A copy by the promoter, as its tags and its source say it. */
function copyInto(
  metastore: Metastore,
  model: string,
  { mark, source = mark }: { readonly mark?: string; readonly source?: string | undefined },
): number {
  return metastore.addVersion(model, {
    files: { ...GOOD_FILES, 'notes.txt': `${model} ${mark ?? ''}` },
    createdBy: PROMOTER,
    ...(source === undefined ? {} : { source }),
    ...(mark === undefined ? {} : { tags: { uc_promote_origin: mark } }),
  });
}

const MADE = `models:/${STAGING}/3`;

describe('the mark of a copy', () => {
  test.each<[string, (metastore: Metastore) => number, boolean]>([
    ['is followed to its source', (metastore) => copyInto(metastore, PROD, { mark: MADE }), true],
    [
      'is followed in any spelling',
      (metastore) =>
        copyInto(metastore, PROD, { mark: MADE.toUpperCase().replace('MODELS', 'models'), source: MADE }),
      true,
    ],
    [
      'is followed through a copy of a copy',
      (metastore) => {
        const between = copyInto(metastore, STAGING, { mark: MADE });
        return copyInto(metastore, PROD, { mark: `models:/${STAGING}/${between}` });
      },
      true,
    ],
    [
      'counts for nothing where the source of the version is another one: whoever may tag can write it',
      (metastore) => copyInto(metastore, PROD, { mark: MADE, source: `models:/${STAGING}/1` }),
      false,
    ],
    [
      'counts for nothing where the version has no source',
      (metastore) => copyInto(metastore, PROD, { mark: MADE, source: '' }),
      false,
    ],
    [
      'of another workspace means another model',
      (metastore) => copyInto(metastore, PROD, { mark: `${MADE} in another workspace`, source: MADE }),
      false,
    ],
    ['is missing', (metastore) => copyInto(metastore, PROD, { source: MADE }), false],
    [
      'names a version that is gone',
      (metastore) => copyInto(metastore, PROD, { mark: `models:/${STAGING}/99` }),
      false,
    ],
    [
      'goes round in a circle',
      (metastore) =>
        copyInto(metastore, PROD, { mark: `models:/${PROD}/${metastore.model(PROD).nextVersion}` }),
      false,
    ],
  ])('%s', async (_title, make, known) => {
    const { run, emulator } = await world();
    const { metastore } = emulator;
    const made = metastore.addVersion(STAGING, { files: GOOD_FILES, createdBy: 'mei@example.com' });
    expect(`models:/${STAGING}/${made}`).toBe(MADE);
    const version = String(make(metastore));
    const left = await run(setAlias, { model: PROD, alias: 'Champion', version, 'dry-run': 'true' });
    const seen = await run(apply, {
      plan: left.outputs['plan'] ?? '',
      ...RULE,
      people: 'ada = ada@example.com',
      'on-unknown': 'warn',
    });
    expect([seen.outputs['outcome'], trainerOf(seen).known], seen.verdict).toEqual(['ok', known]);
    expect(namesOf(seen).includes('mei@example.com')).toBe(known);
    // Whoever made the copy stays one: of bytes of their own they would be the only one.
    expect(namesOf(seen)).toContain(PROMOTER);
  });
});
