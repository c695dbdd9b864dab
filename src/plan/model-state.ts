import { counted } from '../domain/count.ts';
import type { RegisteredModel } from '../domain/model.ts';

/** What shows that a model is still the one that is to be deleted: whose it is, and how many versions and aliases it has. */
export function modelState(
  { owner, aliases }: Pick<RegisteredModel, 'owner' | 'aliases'>,
  versions: number,
): string {
  const has = [
    versions === 0 ? 'no versions' : counted(versions, 'version'),
    ...(aliases.length === 0 ? [] : [counted(aliases.length, 'alias', 'aliases')]),
  ];
  return `${owner === undefined ? '' : `owner ${owner}, `}${has.join(', ')}`;
}
