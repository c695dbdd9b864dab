import type { Action, InputChoice } from '../src/actions/contract/action.ts';
import { fieldsOf, type Field } from '../src/actions/contract/read-inputs.ts';
import { credentialInputs, hostInput } from '../src/inputs/sign-in.ts';
import { folderOf, mustBeGiven, ROOT_ACTION } from './generate-action-yml.ts';
import { inlineCode, markdownTable } from './generate-markdown.ts';
import { PLACEHOLDER } from './owner.ts';

/** The page of an action: the README of its folder; for the root action a page of its own, as the README is everybody's. */
export function pageOf(action: Action): string {
  return action.name === ROOT_ACTION ? 'docs/reference/promote.md' : `${folderOf(action)}README.md`;
}

/** Regions that the page of every action must have. */
export const README_REGIONS = ['inputs', 'outputs', 'privileges'] as const;

/** What is filled into the regions of an action's page, by name of the region. */
export function readmeRegions(action: Action): Map<string, string> {
  return new Map([
    ['inputs', inputsTable(action)],
    ['outputs', outputsTable(action)],
    ['privileges', action.requirements.privileges.map((privilege) => `- ${privilege}`).join('\n')],
  ]);
}

/** A page for an action that has none yet: the regions, and the headings that every one has. */
export function newReadme(action: Action): string {
  const region = (name: string): string => `<!-- generated:${name} -->\n<!-- /generated -->`;
  const uses = action.name === ROOT_ACTION ? '' : `/${action.name}`;
  return [
    `# ${action.name}`,
    action.description,
    '## Requirements',
    'Privileges in Unity Catalog:',
    region('privileges'),
    '## Usage',
    `\`\`\`yaml\n- uses: ${PLACEHOLDER}/uc-promote${uses}@v1\n\`\`\``,
    '## Inputs',
    region('inputs'),
    '## Outputs',
    region('outputs'),
    '',
  ].join('\n\n');
}

/** The table of actions, in the order of the bundle, each with a link from the root of the repository. */
export function actionsTable(actions: readonly Action[], owner: string): string {
  const rows = actions.map((action) => [
    `[\`${action.name}\`](${pageOf(action)})`,
    inlineCode(`${owner}/uc-promote${action.name === ROOT_ACTION ? '' : `/${action.name}`}@v1`),
    action.requirements.writes ? 'yes' : 'no',
    action.description,
  ]);
  return markdownTable(['Action', 'Uses', 'Writes', 'What it does'], rows);
}

/** Inputs by which an action reaches a workspace and signs in: many, alike in every action, and few of them needed. */
const CONNECTING: ReadonlySet<string> = new Set([
  'registry',
  'response-timeout',
  ...(['destination', 'source'] as const).flatMap((side) =>
    Object.keys({ ...hostInput(side), ...credentialInputs(side) }),
  ),
]);

function inputsTable(action: Action): string {
  const fields = [...fieldsOf(action)];
  const own = fields.filter(([name]) => !CONNECTING.has(name));
  const connecting = fields.filter(([name]) => CONNECTING.has(name));
  const choices = action.choices.map((choice) => `- ${choiceSentence(choice)}`).join('\n');
  const title = `${connecting.length} inputs that connect and sign in; most steps need <code>host</code> and one credential`;
  const folded = `<details>\n<summary>${title}</summary>\n\n${fieldsTable(connecting)}\n\n</details>`;
  return [fieldsTable(own), choices, folded, LEFT_OUT_NOTE].filter((part) => part !== '').join('\n\n');
}

function fieldsTable(fields: readonly (readonly [string, Field])[]): string {
  const rows = fields.map(([name, field]) => [inlineCode(name), defaultCell(field), field.description]);
  return markdownTable(['Input', 'Default', 'What it is'], rows);
}

const LEFT_OUT_NOTE =
  'The default `none` (or `any`) stands for an input that is left out. Such an input must not be given and empty, as it is when its variable or secret does not exist: that is `invalid`.';

function defaultCell(field: Field): string {
  if (mustBeGiven(field)) return '**required**';
  const variable = field.environment === undefined ? '' : `variable ${inlineCode(field.environment)}`;
  const fallback = field.default ?? field.leftOut;
  const value = fallback === undefined ? '' : inlineCode(fallback);
  return [variable, value].filter((part) => part !== '').join(', else ');
}

function choiceSentence(choice: InputChoice): string {
  const names = choice.of.map(inlineCode).join(', ');
  const need = { 'exactly-one': 'Exactly one', 'at-most-one': 'At most one', 'at-least-one': 'At least one' }[
    choice.need
  ];
  const none = choice.need === 'at-least-one' ? 'none is needed' : 'none of them';
  const unless = choice.unless === undefined ? '' : `; ${none} when ${inlineCode(choice.unless)} is true`;
  return `${need} of ${names} is given${unless}.`;
}

function outputsTable(action: Action): string {
  const rows = Object.entries(action.outputs).map(([name, { description }]) => [
    inlineCode(name),
    description,
  ]);
  return markdownTable(['Output', 'What it is'], rows);
}
