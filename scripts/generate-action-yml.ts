import { stringify } from 'yaml';
import type { Action } from '../src/actions/contract/action.ts';
import { fieldsOf, type Field } from '../src/actions/contract/read-inputs.ts';
import { withoutExpressions } from './generate-markdown.ts';

/** The action that stands at the root of the repository: `uses: <owner>/<repo>@v1`. */
export const ROOT_ACTION = 'promote';

/** The folder of an action below the root, with a slash at its end; empty for the root action. */
export function folderOf(action: Action): string {
  return action.name === ROOT_ACTION ? '' : `${action.name}/`;
}

/** True when a step must give the input: there is neither a default nor a variable that stands in for it. */
export function mustBeGiven(field: Field): boolean {
  return field.required === true && field.environment === undefined;
}

/**
 * The `action.yml` of an action, for a writing action with a post step. A default is left out where a variable may
 * give the value, because the runner would hand over the default as if the user had written it; the word that stands for
 * an input which is left out is one, so that an empty text was given. The runner evaluates
 * expressions anywhere in this file, so that one in a description would stop the action from loading: only a default
 * may hold one, and only of the `github` context (GitHub documentation, metadata syntax).
 */
export function actionYml(action: Action): string {
  const dist = action.name === ROOT_ACTION ? 'dist' : '../dist';
  const manifest = {
    name: action.title,
    description: withoutExpressions(action.description),
    author: 'The uc-promote authors',
    branding: { icon: action.icon, color: action.requirements.writes ? 'orange' : 'blue' },
    inputs: Object.fromEntries([...fieldsOf(action)].map(([name, field]) => [name, inputEntry(name, field)])),
    outputs: Object.fromEntries(
      Object.entries(action.outputs).map(([name, { description }]) => [
        name,
        { description: withoutExpressions(description) },
      ]),
    ),
    runs: {
      using: 'node24',
      main: `${dist}/${action.name}.js`,
      ...(action.requirements.writes ? { post: `${dist}/post.js` } : {}),
    },
  };
  const header = `# Generated from src/actions/${action.name}.ts: edit there, then run "npm run generate".\n`;
  return header + stringify(manifest, { lineWidth: 110 });
}

function inputEntry(name: string, field: Field): Record<string, string | boolean> {
  const entry: Record<string, string | boolean> = {
    description: withoutExpressions(field.description),
    required: mustBeGiven(field),
  };
  const given = (field.environment === undefined ? field.default : undefined) ?? field.leftOut;
  if (given === undefined) return entry;
  if (/\$\{\{(?!\s*github\.)/u.test(given)) {
    throw new Error(`The default of ${name} uses a context that action.yml does not have.`);
  }
  return { ...entry, default: given };
}
