import { runAction } from './runtime/run-action.ts';

export { runPost } from './runtime/run-post.ts';

/** Every action by name; its declaration is evaluated when it is asked for. */
export const ACTIONS = {
  'check-connection': async () =>
    (await import(/* webpackMode: "eager" */ './actions/check-connection.ts')).checkConnection,
  'find-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/find-version.ts')).findVersion,
  'validate-signature': async () =>
    (await import(/* webpackMode: "eager" */ './actions/validate-signature.ts')).validateSignature,
  'validate-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/validate-version.ts')).validateVersion,
  'gate-on-grants': async () =>
    (await import(/* webpackMode: "eager" */ './actions/gate-on-grants.ts')).gateOnGrants,
  'copy-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/copy-version.ts')).copyVersion,
  'register-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/register-version.ts')).registerVersion,
  'download-version': async () =>
    (await import(/* webpackMode: "eager" */ './actions/download-version.ts')).downloadVersion,
  'tag-status': async () => (await import(/* webpackMode: "eager" */ './actions/tag-status.ts')).tagStatus,
  'set-alias': async () => (await import(/* webpackMode: "eager" */ './actions/set-alias.ts')).setAlias,
  apply: async () => (await import(/* webpackMode: "eager" */ './actions/apply.ts')).apply,
  rollback: async () => (await import(/* webpackMode: "eager" */ './actions/rollback.ts')).rollback,
  promote: async () => (await import(/* webpackMode: "eager" */ './actions/promote.ts')).promote,
  'sync-aliases': async () =>
    (await import(/* webpackMode: "eager" */ './actions/sync-aliases.ts')).syncAliases,
  'update-serving': async () =>
    (await import(/* webpackMode: "eager" */ './actions/update-serving.ts')).updateServing,
  'clean-up': async () => (await import(/* webpackMode: "eager" */ './actions/clean-up.ts')).cleanUp,
  'manage-model': async () =>
    (await import(/* webpackMode: "eager" */ './actions/manage-model.ts')).manageModel,
  'audit-aliases': async () =>
    (await import(/* webpackMode: "eager" */ './actions/audit-aliases.ts')).auditAliases,
} as const;

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** Runs a command line: what `dist/cli.js` calls with the words behind its own name. */
export async function runCli(words: readonly string[]): Promise<void> {
  const { runCommandLine } = await import(/* webpackChunkName: "work" */ './runtime/cli/run.ts');
  await runCommandLine(ACTIONS, words);
}

/** Runs an action by name: what each stub in `dist/` calls. */
export async function run(name: ActionName): Promise<void> {
  await runAction(await ACTIONS[name]());
}
