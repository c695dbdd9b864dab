import { runAction } from './runtime/run-action.ts';

export { runPost } from './runtime/run-post.ts';

/** Every action by name; each is loaded when it runs, from the one bundle. */
export const ACTIONS = {
  'find-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/find-version.ts')).findVersion,
  'validate-signature': async () =>
    (await import(/* webpackMode: "eager" */ './actions/validate-signature.ts')).validateSignature,
  'set-alias': async () => (await import(/* webpackMode: "eager" */ './actions/set-alias.ts')).setAlias,
} as const;

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** Runs an action by name: what each stub in `dist/` calls. */
export async function run(name: ActionName): Promise<void> {
  await runAction(await ACTIONS[name]());
}
