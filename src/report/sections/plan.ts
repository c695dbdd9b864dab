import { counted } from '../../domain/count.ts';
import { formatDuration } from '../../domain/duration.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import {
  changedText,
  digestText,
  holdsText,
  namingText,
  policyText,
  servedObject,
  servedText,
  type FactValue,
  type PlanFact,
} from '../../plan/basis.ts';
import { formatChange } from '../../plan/change.ts';
import type { ServingRules } from '../../plan/changes/serving.ts';
import type { PlanFile } from '../../plan/file.ts';
import { list, pairs, table, type Section } from '../document.ts';

/** What has to be so when a plan is applied, and what the plan holds; both folded. */
export function planSections(plan: PlanFile, digest: string): Section[] {
  const { basis, changes, deferred, run } = plan;
  const rows = [
    ...basis.map((fact) => [subjectOf(fact), valueText(fact, fact.was)]),
    ...deferred.map(({ privilege, on }) => [`${privilege} on ${on}`, 'held by whoever applies the plan']),
  ];
  return [
    {
      title: `Applied only if all of this is still true: ${counted(basis.length, 'fact')}`,
      folded: true,
      blocks: [table(['Fact', 'Must be'], rows)],
    },
    {
      title: `Plan: ${counted(changes.length, 'change')}`,
      folded: true,
      blocks: [
        list(changes.map((change) => formatChange(change))),
        pairs([
          { name: 'Digest', value: `sha256:${digest}` },
          { name: 'Valid until', value: run.validUntil },
          ...updatesText(changes),
        ]),
      ],
    },
  ];
}

const PUT_BACK: Readonly<Record<ServingRules['putsBack'], string>> = {
  nothing: 'everything stays as it then is',
  endpoints: 'the other endpoints are put back',
  'alias-and-endpoints': 'the alias and the other endpoints are put back',
};

/** How the endpoints of a plan are updated. */
function updatesText(changes: PlanFile['changes']): { name: string; value: string }[] {
  const [rules] = changes.flatMap((change) => (change.kind === 'serving' ? [change.rules] : []));
  if (rules === undefined) return [];
  const { whenUpdating, timeoutMs, putsBack } = rules;
  return [
    { name: 'While another update of an endpoint runs', value: whenUpdating },
    { name: 'Time limit of the updates', value: formatDuration(timeoutMs) },
    { name: 'If the update of an endpoint fails', value: PUT_BACK[putsBack] },
  ];
}

/** A fact that is not so any more, and who moved it where that is known. */
export interface Difference {
  readonly fact: PlanFact;
  readonly found: FactValue;
  readonly by: string;
}

/** A difference in words. */
export function factRow({ fact, found, by }: Difference): Record<'fact' | 'then' | 'now' | 'by', string> {
  const then = valueText(fact, fact.was);
  return { fact: subjectOf(fact), then, now: changedText(then, valueText(fact, found)), by };
}

/** What changed since a plan was made, a row each. */
export function differencesSection(differences: readonly Difference[]): Section {
  const rows = differences.map((each) => Object.values(factRow(each)));
  return {
    title: 'Changed since the plan was made',
    folded: false,
    blocks: [table(['Fact', 'Then', 'Now', 'Changed by'], rows)],
  };
}

/** What a fact is about. */
function subjectOf(fact: PlanFact): string {
  switch (fact.kind) {
    case 'alias':
      return `${formatFullName(fact.name)}@${fact.alias}`;
    case 'status':
      return `Status of ${formatModelUri(fact.name, fact.version)}`;
    case 'version':
      return `Version ${formatModelUri(fact.name, fact.version)}`;
    case 'served':
      return `Endpoints of ${servedObject(fact)}`;
    case 'naming':
      return `Aliases of ${formatFullName(fact.name)}`;
    case 'files':
      return `Files of ${formatModelUri(fact.name, fact.version)}`;
    case 'endpoint':
      return `Configuration of the endpoint ${show(fact.endpoint, 80)}`;
    case 'policy':
      return policyText(fact).replace(/^t/u, 'T');
    case 'holds':
      return `Holds of ${formatFullName(fact.name)}`;
    case 'tag': {
      const { target } = fact;
      const of =
        target.kind === 'version' ? formatModelUri(target.name, target.version) : formatFullName(target.name);
      return `Tag ${show(fact.key, 60)} of ${of}`;
    }
  }
}

function valueText({ kind }: PlanFact, value: FactValue): string {
  switch (kind) {
    case 'endpoint':
      return value === null ? 'does not exist' : digestText(value);
    case 'policy':
      return digestText(value);
    case 'alias':
      return value === null ? 'names nothing' : `names ${value}`;
    case 'holds':
      return holdsText(value);
    case 'naming':
      return namingText(value);
    case 'served':
      return servedText(value);
    case 'version':
      return value === null ? 'does not exist' : show(String(value), 200);
    case 'tag':
      return value === null ? 'not set' : show(String(value), 200);
    default:
      return value === null ? 'does not exist' : show(String(value), 80);
  }
}
