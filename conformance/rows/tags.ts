import type { Told } from '../call.ts';
import { createVersion, isDone, L, must, newModel, verdictOf } from '../fixtures.ts';
import type { Row } from '../row.ts';
import type { World } from '../row-context.ts';
import { fact, type Sights } from './kinds.ts';

const group = 'Tags';

const FORBIDDEN = ['.', ',', '-', '=', '/', ':'];

async function setTag(world: World, key: string, value: string): Promise<Told> {
  const json = { name: await newModel(world, 'tags'), key, value };
  return world.first.call({ method: 'POST', template: `${L}/registered-models/set-tag`, json });
}

function tags(count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ key: `t${index}`, value: 'v' }));
}

/** Switches of tags, seen by the owner of a model. */
export const tagSights = {
  tagKeyRule: {
    group,
    async see(world) {
      const taken: string[] = [];
      for (const character of FORBIDDEN) {
        if (isDone(await setTag(world, `a${character}b`, 'v'), 400)) taken.push(character);
      }
      if (taken.length === FORBIDDEN.length) return 'off';
      return taken.length === 0 ? 'enforced' : { value: 'for some', note: `taken: ${taken.join(' ')}` };
    },
  },
  tagLimit: {
    group,
    async see(world) {
      const name = await newModel(world, 'tag_limit');
      for (const limit of [50, 20]) {
        if (!isDone(await createVersion(world.first.call, name, { tags: tags(limit) }), 400)) continue;
        const more = await createVersion(world.first.call, name, { tags: tags(limit + 1) });
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
      about: 'a key of 255 and a value of 1000 characters are taken, one more of either is not',
      assumed: '200, 400 INVALID_PARAMETER_VALUE, 200, 400 INVALID_PARAMETER_VALUE',
    },
    async (world) => {
      const told = [
        await setTag(world, 'k'.repeat(255), 'v'),
        await setTag(world, 'k'.repeat(256), 'v'),
        await setTag(world, 'value', 'v'.repeat(1000)),
        await setTag(world, 'value', 'v'.repeat(1001)),
      ];
      return told.map(verdictOf).join(', ');
    },
  ),
  fact('tag-missing', { group, about: 'deleting a tag that is not there', assumed: '200' }, async (world) => {
    must(await setTag(world, 'there', 'v'), 'a tag');
    const json = { name: await newModel(world, 'tags'), key: 'not_there' };
    return verdictOf(
      await world.first.call({ method: 'DELETE', template: `${L}/registered-models/delete-tag`, json }),
    );
  }),
];
