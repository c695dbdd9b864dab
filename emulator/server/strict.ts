import { invalid, type ApiError } from '../metastore/api-error.ts';
import { misfit } from '../routes/input.ts';
import type { Route } from '../routes/route.ts';

/**
 * What is wrong with the fields of a request, in sentences; empty when nothing is. Path parameters may be repeated
 * in query and body, as newer MLflow does.
 */
export function strangeFields(
  route: Route,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>> | undefined,
): string[] {
  const reads = route.method === 'GET' || route.method === 'HEAD';
  const queryFields: Readonly<Record<string, unknown>> = {
    ...(reads ? route.fields : undefined),
    ...route.query,
  };
  const where = `${route.method} ${route.template}`;
  const found: string[] = [];
  for (const name of Object.keys(query)) {
    if (!(name in queryFields) && !(name in params))
      found.push(`${where}: unknown query parameter '${name}'.`);
  }
  for (const name of Object.keys(body ?? {})) {
    if (reads) found.push(`${where}: unexpected body field '${name}'.`);
    else if (!(name in (route.fields ?? {})) && !(name in params))
      found.push(`${where}: unknown body field '${name}'.`);
  }
  return found;
}

/** Checks presence and type of the declared fields; what is wrong here is refused even when not strict. */
export function checkFields(
  route: Route,
  query: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>> | undefined,
): ApiError | undefined {
  const inQuery = route.method === 'GET' || route.method === 'HEAD' || route.form === true;
  for (const [name, type] of Object.entries(route.fields ?? {})) {
    const problem = misfit(name, type, inQuery && !route.form ? query[name] : body?.[name], inQuery);
    if (problem !== undefined) return invalid(problem);
  }
  for (const [name, type] of Object.entries(route.query ?? {})) {
    const problem = misfit(name, type, query[name], true);
    if (problem !== undefined) return invalid(problem);
  }
  return undefined;
}
