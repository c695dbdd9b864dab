import { formatFullName } from '../../../domain/full-name.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import { show } from '../../../domain/printable.ts';
import { makesVersion } from '../../../plan/change.ts';
import type { CopySubject } from '../../subject.ts';
import type { ReportedChange } from '../../document.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of a copy or a registered version. */
export function copyWording(
  { source, registered, destination, copy }: CopySubject,
  { verdict, changes }: Ended,
): Wording {
  const from =
    registered !== undefined
      ? show(registered, 120)
      : source === undefined
        ? 'the source'
        : formatModelUri(source.name, source.version);
  const isCopy = registered === undefined;
  const number = copy === undefined ? 'a new version' : `version ${copy.version}`;
  const model = formatFullName(destination);
  const creates = changes.some(({ change }) => change.kind === 'create-model');
  return {
    object: model,
    done: {
      change: `${copy?.made === false ? '' : 'new '}${copy === undefined ? 'version' : `version ${copy.version}`}`,
      lead:
        copy?.made === true
          ? `Version ${copy.version} is ${isCopy ? 'a copy of' : 'registered from'} ${from}. No alias names it yet, so no caller gets it through an alias.`
          : sentence(verdict),
    },
    planned: {
      change: copy === undefined ? 'a new version' : `version ${copy.version}`,
      lead: `Nothing was written. Without \`dry-run\`, this step ${creates ? `creates ${model} and ` : ''}${isCopy ? 'copies' : 'registers'} ${from} ${isCopy ? 'into' : 'in'} ${creates ? 'it' : model} as ${number}.`,
    },
    nothing: {
      change: `${number} already exists`,
      lead: `${sentence(verdict)}`,
    },
    kept: copy !== undefined ? `${number} stays` : keptText(isCopy ? 'copy' : 'version', changes),
  };
}

function keptText(noun: string, changes: readonly ReportedChange[]): string {
  const isOpen = changes.some(({ change, state }) => makesVersion(change) && state === 'unknown');
  return isOpen ? `new ${noun}, not confirmed` : `no ${noun} was made`;
}
