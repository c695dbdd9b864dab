import { counted } from '../domain/count.ts';
import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import type { Tag } from '../domain/model.ts';
import type { Pin } from '../domain/pin.ts';
import { isPerson } from '../domain/principal.ts';
import { show } from '../domain/printable.ts';
import { formatPlace } from '../domain/text-place.ts';
import { readHolds } from './hold/model-hold.ts';

/** What names a model elsewhere, as far as it was looked at. */
export interface NamedElsewhere {
  /** The endpoints that serve a version of it: names, comma-separated; null for none. */
  readonly endpoints: string | null;
  /** How many endpoints were looked at; undefined where the registry has none. */
  readonly seen: number | undefined;
  /** The pins of a repository that name it. */
  readonly pins: readonly Pin[];
}

/** Whether a model may be renamed or deleted although something names it: what would be left behind is listed. */
export function decideNamedElsewhere(name: FullName, { endpoints, pins }: NamedElsewhere): Decision {
  const served: Finding[] =
    endpoints === null
      ? []
      : [
          {
            code: 'model-served',
            severity: 'error',
            message: `These endpoints serve ${formatFullName(name)} and name it: ${show(endpoints, 500)}.`,
            fix: 'Have these endpoints serve another model, or delete them, then run the step again.',
          },
        ];
  const pinned = pins.map((pin): Finding => {
    return {
      code: 'model-pinned',
      severity: 'error',
      message: `The pin of ${formatFullName(pin.name)}@${pin.alias} names ${formatFullName(name)}: ${show(formatPlace(pin.place), 200)}.`,
      fix: 'Change the pins by a pull request first, then run the step again.',
    };
  });
  return decide([...served, ...pinned]);
}

/** Whether the new name of a model is free. */
export function decideFreeName(renamed: FullName, isTaken: boolean): Decision {
  if (!isTaken) return decide([]);
  return decide([
    {
      code: 'name-taken',
      severity: 'error',
      message: `There is a model ${formatFullName(renamed)} already.`,
      fix: 'Choose another name.',
    },
  ]);
}

/** Whether a model has nothing that would be deleted with it. */
export function decideWithoutVersions(name: FullName, versions: number, aliases: number): Decision {
  if (versions === 0 && aliases === 0) return decide([]);
  return decide([
    {
      code: 'model-has-versions',
      severity: 'error',
      // An alias names a version, also where the list of versions does not show it.
      message:
        versions === 0
          ? `${formatFullName(name)} has ${counted(aliases, 'alias', 'aliases')}, so it has versions that its list does not show.`
          : `${formatFullName(name)} has ${counted(versions, 'version')}, which would be deleted with it.`,
      fix: 'clean-up always keeps the newest version. If the model is to go with all of them, delete each of them by hand in the workspace, and run the step again.',
    },
  ]);
}

/** Whether a model has no hold that would be deleted with it: a hold stops equal versions in other models too. */
export function decideWithoutHolds(name: FullName, tags: readonly Tag[]): Decision {
  return decide(
    readHolds(tags).map(({ key, reason }): Finding => ({
      code: 'model-has-holds',
      severity: 'error',
      message: `${formatFullName(name)} has the hold ${show(key, 80)}, which would be deleted with it: ${show(reason, 200)}.`,
      fix: `Find out whether equal versions of other models still have to be stopped. If not, delete the tag ${show(key, 80)} of the model, then run the step again.`,
    })),
  );
}

/** Whether a model shall belong to a person: it stays theirs when they leave. */
export function decideGroupOwner(owner: string): Decision {
  if (!isPerson(owner)) return decide([]);
  return decide([
    {
      code: 'owner-is-person',
      severity: 'warning',
      message: `${show(owner, 80)} is a person or a service principal, not a group.`,
      fix: 'Name a group, whose members can change.',
    },
  ]);
}
