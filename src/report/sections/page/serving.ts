import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import { sharesText } from '../../../plan/changes/serving.ts';
import type { ServingSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of endpoints that are updated. */
export function servingWording(
  { name, version, endpoints }: ServingSubject,
  { verdict, changes }: Ended,
): Wording {
  const named = endpoints.map((endpoint) => show(endpoint, 63)).join(', ');
  const target = version === undefined ? 'the version' : `version ${version}`;
  const moved = changes.flatMap(({ change }) =>
    change.kind === 'serving'
      ? [`${show(change.endpoint, 63)} ${sharesText(change.from)} → ${sharesText(change.to)}`]
      : [],
  );
  const change = moved.length === 0 ? `${named} already on ${target}` : moved.join(', ');
  const isOpen = changes.some(({ change: each, state }) => each.kind === 'serving' && state === 'unknown');
  return {
    object: formatFullName(name),
    done: {
      change,
      lead: `Requests to this model on ${named} now reach ${target}. The update was waited for and read back.`,
    },
    planned: {
      change,
      lead: `Nothing was written. Without \`dry-run\`, this step updates the configuration; until that is ready the former version serves.`,
    },
    nothing: { change: `${named} already on ${target}`, lead: sentence(verdict) },
    kept: isOpen ? `${change}, not confirmed` : `${named} not updated`,
  };
}
