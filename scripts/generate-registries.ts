import type { TagRules } from '../src/domain/tag-keys.ts';
import type { Action } from '../src/actions/contract/action.ts';
import { has, type Need } from '../src/actions/contract/capabilities.ts';
import type { Capabilities } from '../src/registry/port.ts';
import { REGISTRIES, REGISTRY_KINDS, type RegistryKind } from '../src/registry/table.ts';
import { inlineCode, markdownTable } from './generate-markdown.ts';

/** What each capability is called in the table, and how its value reads. */
const ROWS: {
  readonly [Name in keyof Capabilities]: (value: Capabilities[Name]) => readonly [string, string];
} = {
  names: (value) => ['names of models', value === 'three-level' ? '`catalog.schema.model`' : 'any'],
  aliases: (value) => ['aliases', value === 'none' ? 'none' : `yes, ${value}`],
  documentedAliases: (value) => [
    'aliases of a model at most',
    value === null ? 'not documented' : `${value}, as documented`,
  ],
  tags: (value) => ['tags', value === 'none' ? 'none' : tagText(value)],
  grants: (value) => [
    'privileges',
    { effective: 'effective grants', direct: 'direct grants', none: 'not read' }[value],
  ],
  ownersReachDown: (value) => ['the owner of a parent owns its children', yesNo(value)],
  groups: (value) => ['groups hold privileges', yesNo(value)],
  privileges: (value) => [
    'privileges for `require` and `forbid`',
    value === 'all' ? 'all' : value.length === 0 ? 'none' : value.map(inlineCode).join(', '),
  ],
  owners: (value) => ['owners', yesNo(value)],
  files: (value) => ['files of a version can be read', yesNo(value)],
  upload: (value) => [
    'a new version',
    value === 'pending' ? 'is filled, then made READY' : 'points at its source',
  ],
  deploymentJobs: (value) => ['deployment jobs', yesNo(value)],
  jobs: (value) => ['jobs that validate a version', yesNo(value)],
  serving: (value) => ['endpoints that serve a version', yesNo(value)],
  metrics: (value) => ['metrics of a version', yesNo(value)],
  auditLog: (value) => ['an audit log of moved aliases', yesNo(value)],
};

/** What each registry can do, out of what its client declares. */
export function registriesTable(actions: readonly Action[]): string {
  const kinds = REGISTRY_KINDS;
  const rows = (Object.keys(ROWS) as (keyof Capabilities)[]).map((name) => rowOf(name, kinds));
  const ofActions = actions.flatMap(({ name, requirements: { needs = [], inputNeeds = {} } }) => [
    verdictRow(inlineCode(name), needs, kinds),
    ...Object.entries(inputNeeds).map(([input, more]) =>
      verdictRow(`${inlineCode(name)} with ${inlineCode(input)}`, [...needs, ...more], kinds),
    ),
  ]);
  return markdownTable(['', ...kinds.map(inlineCode)], [...rows, ...ofActions]);
}

function verdictRow(title: string, needs: readonly Need[], kinds: readonly RegistryKind[]): string[] {
  const runs = (kind: RegistryKind) => needs.every((need) => has(capabilitiesOf(kind), need));
  return [title, ...kinds.map((kind) => (runs(kind) ? 'runs' : 'unsupported'))];
}

function rowOf<Name extends keyof Capabilities>(name: Name, kinds: readonly RegistryKind[]): string[] {
  const read = ROWS[name];
  const cells = kinds.map((kind) => read(capabilitiesOf(kind)[name]));
  return [cells[0]?.[0] ?? name, ...cells.map(([, text]) => text)];
}

function capabilitiesOf(kind: RegistryKind): Capabilities {
  return REGISTRIES[kind].capabilities;
}

function tagText({ perObject, keyLength, valueLength }: TagRules): string {
  const count = perObject === undefined ? 'any number' : `up to ${perObject}`;
  return `${count}; keys to ${keyLength} characters, values to ${valueLength}`;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
