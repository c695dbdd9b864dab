import { formatFullName } from '../../../domain/full-name.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import type { CopySubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of a copy. */
export function copyWording(
  { source, destination, copy }: CopySubject,
  { verdict, changes }: Ended,
): Wording {
  const from = source === undefined ? 'the source' : formatModelUri(source.name, source.version);
  const number = copy === undefined ? 'a new version' : `version ${copy.version}`;
  const model = formatFullName(destination);
  const creates = changes.some(({ change }) => change.kind === 'create-model');
  return {
    object: model,
    done: {
      change: `${copy?.made === false ? '' : 'new '}${copy === undefined ? 'version' : `version ${copy.version}`}`,
      lead:
        copy?.made === true
          ? `Version ${copy.version} is a copy of ${from}. No alias names it yet, so no caller gets it through an alias.`
          : sentence(verdict),
    },
    planned: {
      change: copy === undefined ? 'a new version' : `version ${copy.version}`,
      lead: `Nothing was written. Without \`dry-run\`, this step ${creates ? `creates ${model} and ` : ''}copies ${from} into ${creates ? 'it' : model} as ${number}.`,
    },
    nothing: {
      change: `${number} already exists`,
      lead: `${sentence(verdict)}`,
    },
    kept: copy === undefined ? 'no copy was made' : `${number} stays`,
  };
}
