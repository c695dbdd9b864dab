import type { Route } from './route.ts';

/** What the audit log records of a request about an alias: the keys are the parameters of the native API's page. */
export function aliasAudit(
  action: 'setRegisteredModelAlias' | 'deleteRegisteredModelAlias',
  fields: { readonly model: string; readonly version?: string },
): NonNullable<Route['audit']> {
  const { model, version } = fields;
  return {
    action,
    params: (input) => ({
      full_name_arg: input.text(model),
      alias_arg: input.text('alias'),
      ...(version === undefined ? {} : { version_num: input.text(version) }),
    }),
  };
}
