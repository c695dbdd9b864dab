import type { RawResponse } from '../call.ts';
import { createVersion, isDone, L, must, newModel, verdictOf } from '../fixtures.ts';
import type { Row } from '../row.ts';
import type { RowContext } from '../row-context.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Tags';

const FORBIDDEN = ['.', ',', '-', '=', '/', ':'];

async function setTag(context: RowContext, key: string, value: string): Promise<RawResponse> {
  const json = { name: await newModel(context, 'tags'), key, value };
  return context.first.call({ method: 'POST', template: `${L}/registered-models/set-tag`, json });
}

function tags(count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ key: `t${index}`, value: 'v' }));
}

/** Switches of tags, seen by the owner of a model. */
export const tagSights = {
  tagKeyRule: {
    group,
    async see(context) {
      const taken: string[] = [];
      for (const character of FORBIDDEN) {
        if (isDone(await setTag(context, `a${character}b`, 'v'), 400)) taken.push(character);
      }
      if (taken.length === FORBIDDEN.length) return 'off';
      return taken.length === 0 ? 'enforced' : { value: 'for some', note: `taken: ${taken.join(' ')}` };
    },
  },
  tagLimit: {
    group,
    async see(context) {
      const name = await newModel(context, 'tag_limit');
      for (const limit of [50, 20]) {
        if (!isDone(await createVersion(context.first.call, name, { tags: tags(limit) }), 400)) continue;
        const more = await createVersion(context.first.call, name, { tags: tags(limit + 1) });
        return isDone(more, 400) ? `over ${limit}` : { value: String(limit), note: verdictOf(more) };
      }
      return 'below 20';
    },
  },
} satisfies Sights;

/** What else is built on about tags. */
export const tagFacts: readonly Row[] = [
  fact(
    'tag-lengths',
    {
      group,
      about: 'a key of 255 and a value of 1000 characters are accepted, one more of either is not',
      assumed: '200, 400 INVALID_PARAMETER_VALUE, 200, 400 INVALID_PARAMETER_VALUE',
    },
    async (context) => {
      const response = [
        await setTag(context, 'k'.repeat(255), 'v'),
        await setTag(context, 'k'.repeat(256), 'v'),
        await setTag(context, 'value', 'v'.repeat(1000)),
        await setTag(context, 'value', 'v'.repeat(1001)),
      ];
      return response.map(verdictOf).join(', ');
    },
  ),
  fact(
    'tag-missing',
    { group, about: 'deleting a tag that is not there', assumed: '200' },
    async (context) => {
      must(await setTag(context, 'there', 'v'), 'a tag');
      const json = { name: await newModel(context, 'tags'), key: 'not_there' };
      return verdictOf(
        await context.first.call({ method: 'DELETE', template: `${L}/registered-models/delete-tag`, json }),
      );
    },
  ),
];
