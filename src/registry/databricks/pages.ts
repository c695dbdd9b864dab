import type { FullName } from '../../domain/full-name.ts';
import type { WorkspacePages } from '../../domain/workspace-pages.ts';

const NUMBER = /^[1-9]\d*$/u;

/** Names of endpoints, by the rule for new ones (databricks-sdk-py 0.162.0 `ServingEndpointsAPI.create`). */
const ENDPOINT = /^[\w-]{1,63}$/u;

/**
 * Pages of a workspace: a model and its versions in Catalog Explorer, and a job, at the addresses that MLflow prints
 * (mlflow `utils/databricks_utils.py`, `_construct_databricks_uc_registered_model_url`). A run is
 * below its job (databricks/cli `libs/run`). `?o=` chooses the workspace on a host that serves several.
 */
export function databricksPages(workspaceId: string | undefined): WorkspacePages {
  const query = workspaceId !== undefined && NUMBER.test(workspaceId) ? `?o=${workspaceId}` : '';
  const below = (name: FullName, rest: string) => {
    const path = modelPath(name);
    return path === undefined ? undefined : `${path}${rest}${query}`;
  };
  return {
    model: (name) => below(name, ''),
    version: (name, version) => below(name, `/version/${version}`),
    run: (job, run) =>
      NUMBER.test(job) && NUMBER.test(run) ? `/jobs/${job}/runs/${run}${query}` : undefined,
    endpoint: (name) => (ENDPOINT.test(name) ? `/ml/endpoints/${name}${query}` : undefined),
    job: (id) => (NUMBER.test(id) ? `/jobs/${id}${query}` : undefined),
  };
}

/** Nothing for a name that no model of Unity Catalog has: a level of dots would lead to another page. */
function modelPath({ catalog, schema, model }: FullName): string | undefined {
  const levels = [catalog, schema, model];
  if (levels.some((level) => level === '' || /[./]/u.test(level))) return undefined;
  return `/explore/data/models/${levels.map(encoded).join('/')}`;
}

/** A level of a name with every character encoded that is no letter of ASCII, digit, hyphen or underscore. */
function encoded(level: string): string {
  return encodeURIComponent(level.toWellFormed()).replace(
    /[!'()*~]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
