import type { Action, InputChoice } from '../src/actions/contract/action.ts';
import { fieldsOf, type Field } from '../src/actions/contract/read-inputs.ts';
import { isConnectionInput } from '../src/inputs/connection.ts';
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

function inputsTable(action: Action): string {
  const fields = [...fieldsOf(action)];
  const table = fieldsTable(fields.filter(([name]) => !isConnectionInput(name)));
  const choices = action.choices.map((choice) => `- ${choiceSentence(choice)}`).join('\n');
  const parts = [table, choices, connectionFold(fields), LEFT_OUT_NOTE];
  return parts.filter((part) => part !== '').join('\n\n');
}

function fieldsTable(fields: readonly (readonly [string, Field])[]): string {
  const rows = fields.map(([name, field]) => [inlineCode(name), defaultCell(field), field.description]);
  return markdownTable(['Input', 'Default', 'What it is'], rows);
}

/** The inputs that only connect, folded: a reader who has signed in once needs two of them. */
function connectionFold(fields: readonly (readonly [string, Field])[]): string {
  const connecting = fields.filter(([name]) => isConnectionInput(name));
  const title = `Connection: ${connecting.length} inputs, of which most workflows need two: <code>host</code>, and <code>token</code> or <code>client-id</code>`;
  return `<details>\n<summary>${title}</summary>\n\n${fieldsTable(connecting)}\n\n</details>`;
}

const LEFT_OUT_NOTE =
  'The default `none` (or `any`) means that the input is left out. An input that is given but empty, for example because its variable or secret does not exist, is `invalid`.';

function defaultCell(field: Field): string {
  if (mustBeGiven(field)) return '**required**';
  const variable = field.environment === undefined ? '' : `variable ${inlineCode(field.environment)}`;
  const fallback = field.default ?? field.leftOut;
  const value = fallback === undefined ? '' : inlineCode(fallback);
  return [variable, value].filter((part) => part !== '').join(', else ');
}

function choiceSentence(choice: InputChoice): string {
  const names = choice.of.map(inlineCode);
  const listed = [names.slice(0, -1).join(', '), ...names.slice(-1)].join(' and ');
  const none = choice.need === 'at-least-one' ? 'none is needed' : 'give none of them';
  const unless = choice.unless === undefined ? '' : `; with ${inlineCode(`${choice.unless}: true`)}, ${none}`;
  return `Give ${choice.need.replaceAll('-', ' ')} of ${listed}${unless}.`;
}

function outputsTable(action: Action): string {
  const rows = Object.entries(action.outputs).map(([name, { description }]) => [
    inlineCode(name),
    description,
  ]);
  return markdownTable(['Output', 'What it is'], rows);
}
