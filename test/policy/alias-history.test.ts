import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelVersion } from '../../src/domain/model.ts';
import { recordMove } from '../../src/policy/alias-history.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
const AUTHOR = { repository: 'acme/models', runId: '4242', attempt: '1', actor: 'ada', at: 0 };
const LONGEST = { ...AUTHOR, repository: `${'o'.repeat(39)}/${'r'.repeat(100)}`, actor: 'a'.repeat(40) };

function versionWith(moves: string | undefined): ModelVersion {
  return {
    name: NAME,
    version: 2,
    status: 'READY',
    aliases: [],
    tags: moves === undefined ? [] : [{ key: 'uc_promote_moves', value: moves }],
    dependencies: [],
  };
}

/** The record after so many moves of an alias, from 1, 2, 3, …; each value is the next one's former value. */
function after(count: number, alias = 'Champion', author = AUTHOR): string {
  let value: string | undefined;
  for (let from = 1; from <= count; from += 1) {
    value =
      recordMove({ kind: 'alias', name: NAME, alias, from, to: 2 }, versionWith(value), author).change.to ??
      '';
  }
  return value ?? '';
}

type Entry = { readonly from?: number; readonly dropped?: number };
const entriesOf = (text: string) => JSON.parse(text) as Entry[];

describe('the record of moves', () => {
  test.each([1, 5, 9, 10, 100, 250])(
    '%i moves: whole JSON, newest first, and every move is counted',
    (count) => {
      const text = after(count);
      expect(text.length).toBeLessThanOrEqual(1000);
      const entries = entriesOf(text);
      const kept = entries.filter(({ from }) => from !== undefined);
      const dropped = entries.at(-1)?.dropped ?? 0;
      expect(kept.map(({ from }) => from)).toEqual(Array.from(kept, (_, index) => count - index));
      expect(kept.length + dropped).toBe(count);
      expect(entries.filter((entry) => entry.dropped !== undefined)).toHaveLength(dropped === 0 ? 0 : 1);
    },
  );

  test('it says how many are left out', () => {
    const moved = { kind: 'alias', name: NAME, alias: 'Champion', from: 7, to: 2 } as const;
    const { change, dropped } = recordMove(moved, versionWith(after(20)), AUTHOR);
    expect(dropped).toBe(entriesOf(change.to ?? '').at(-1)?.dropped);
    expect(recordMove(moved, versionWith(undefined), AUTHOR).dropped).toBe(0);
  });

  test.each([
    ['the longest alias of two-unit letters', '𝒜'.repeat(127), AUTHOR],
    ['the longest alias, repository and login', 'a'.repeat(255), LONGEST],
    ['a login of no end', 'Champion', { ...AUTHOR, actor: '"'.repeat(5000) }],
  ])('%s: still whole JSON that names the move', (_title, alias, author) => {
    const text = after(3, alias, author);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(entriesOf(text)[0]).toMatchObject({ alias, from: 3 });
    const dropped = entriesOf(text).at(-1)?.dropped ?? 0;
    expect(entriesOf(text).filter(({ from }) => from !== undefined).length + dropped).toBe(3);
  });

  test('whatever stood there before, the value is whole JSON within the limit', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `[${text}]`),
        ),
        (before) => {
          const moved = { kind: 'alias', name: NAME, alias: 'Champion', from: null, to: 2 } as const;
          const { change } = recordMove(moved, versionWith(before), AUTHOR);
          expect(change.from).toBe(before);
          expect(change.to?.length).toBeLessThanOrEqual(1000);
          expect(entriesOf(change.to ?? '')[0]).toMatchObject({
            alias: 'Champion',
            run: 'acme/models/4242/1',
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
