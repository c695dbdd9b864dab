import * as z from 'zod';
import { hasCode, invalidInputs, messageOf, type PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Authorizer } from '../../http/client-options.ts';
import { callJson } from '../call.ts';
import type { ServerPart } from '../definition.ts';
import { API } from './models.ts';

/** The variable that names a workspace to MLflow's own client (mlflow 3.17.2 `environment_variables.py`). */
const VARIABLE = 'MLFLOW_WORKSPACE';

/** The header that says which workspace a request is for (mlflow 3.17.2 `utils/workspace_utils.py`). */
const HEADER = 'x-mlflow-workspace';

/** What MLflow takes for a name (mlflow 3.17.2 `WorkspaceNameValidator`). */
const NAME = /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/u;

/** What a server says of itself (mlflow 3.17.2 `utils/server_info.py`). */
const serverInfo = z.looseObject({ workspaces_enabled: z.boolean().nullish() });

/** Makes a client whose requests an authorizer signs. */
type OpenClient = (authorizer: Authorizer) => HttpClient;

/**
 * The workspace of an MLflow server that every request is for. A server without workspaces may ignore the header, and what is
 * meant for one team would be read and written elsewhere: before anything else the server has to say that it has
 * workspaces, and this one.
 */
export class MlflowWorkspace implements ServerPart {
  readonly name: string;
  #confirmed: Promise<void> | undefined;

  private constructor(name: string) {
    this.name = name;
  }

  /** The one that the variables name; undefined for none. Throws where it can be no name. */
  static of(environment: Readonly<Record<string, string | undefined>>): MlflowWorkspace | undefined {
    const name = environment[VARIABLE]?.trim() ?? '';
    if (name === '') return undefined;
    if (!NAME.test(name))
      throw fault(
        `"${show(name, 80)}" is not a valid name of a workspace.`,
        'Use 2 to 63 lower-case letters, digits and hyphens.',
      );
    return new MlflowWorkspace(name);
  }

  /** Signs as another authorizer does, for this workspace, once the server has confirmed it. */
  authorizer(signIn: Authorizer, openClient: OpenClient): Authorizer {
    const headers = async () => ({ ...(await signIn.headers()), [HEADER]: this.name });
    const named: Authorizer = { ...signIn, headers };
    return {
      ...signIn,
      headers: async () => {
        await this.#confirm(() => this.#ask(openClient(signIn), openClient(named)));
        return headers();
      },
    };
  }

  async #confirm(ask: () => Promise<void>): Promise<void> {
    this.#confirmed ??= ask();
    try {
      await this.#confirmed;
    } catch (error) {
      this.#confirmed = undefined;
      throw error;
    }
  }

  async #ask(plain: HttpClient, named: HttpClient): Promise<void> {
    await requireWorkspaces(plain, this.name);
    try {
      await named.json(API.get('/registered-models/search', { max_results: 1 }));
    } catch (error) {
      if (!hasCode(error, 'not-found', 'invalid-input')) throw error;
      throw fault(
        `the server has no workspace ${this.name} for this caller: ${messageOf(error)}`,
        `Name a workspace of the server, or unset ${VARIABLE}.`,
        error,
      );
    }
  }
}

/** An older MLflow server does not know the call. */
async function requireWorkspaces(http: HttpClient, name: string): Promise<void> {
  const request = { method: 'GET', template: '/api/3.0/mlflow/server-info', retry: 'safe' } as const;
  const fix = `Unset ${VARIABLE} for this step, or use the host of a server with workspaces (mlflow server --enable-workspaces).`;
  const problem = `it names the workspace ${name}, but the server does not report that it has workspaces`;
  try {
    if ((await callJson(http, request, serverInfo)).workspaces_enabled === true) return;
  } catch (error) {
    if (!hasCode(error, 'not-found', 'protocol', 'unsupported')) throw error;
    throw fault(`${problem}: ${messageOf(error)}`, fix, error);
  }
  throw fault(`${problem}.`, fix);
}

function fault(problem: string, fix: string, cause?: unknown): PromoteError {
  const more = cause === undefined ? {} : { cause };
  return invalidInputs([{ input: VARIABLE, problem, fix }], { code: 'other-identity', ...more });
}
