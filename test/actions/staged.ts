import { onTestFinished } from 'vitest';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { startGitHub } from '../github/stub.ts';
import type { Contexts } from './expression.ts';
import { TOKENS, world } from './harness.ts';
import { workflowIn } from './workflow-file.ts';
import { runWorkflow, type RanStep, type WorkflowOptions } from './workflow.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';

/** The principal of the first job: it may copy into prod, and owns nothing there. */
export const COPIER = '11111111-2222-4333-8444-555555555555';

/** The principal that trains in prod. */
export const TRAINING_JOB = '66666666-7777-4888-8999-000000000000';

const GITHUB_TOKEN = 'ghs_0123456789abcdefghij';

/** A world in which prod serves an approved version, and staging has two newer ones, both approved. */
export async function staged() {
  const [bench, github] = await Promise.all([world(), startGitHub()]);
  onTestFinished(() => github.close());
  const { metastore, url } = bench.emulator;
  const approved = { validation_status: 'approved' };
  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'notes.txt': 'the first' }, tags: approved });
  metastore.setAlias(PROD, 'Champion', 2);
  metastore.addVersion(STAGING, {
    files: { ...GOOD_FILES, 'notes.txt': 'the third' },
    createdBy: 'ada@example.com',
    tags: approved,
  });
  metastore.addServicePrincipal(COPIER, { displayName: 'copier' });
  metastore.addServicePrincipal(TRAINING_JOB, { displayName: 'training' });
  for (const catalog of ['staging', 'prod']) {
    metastore.grant('catalog', catalog, COPIER, ['USE_CATALOG']);
    metastore.grant('schema', `${catalog}.ml_team`, COPIER, ['USE_SCHEMA']);
  }
  metastore.grant('function', STAGING, COPIER, ['EXECUTE']);
  metastore.grant('function', PROD, COPIER, ['EXECUTE', 'CREATE_MODEL_VERSION', 'APPLY_TAG']);
  const policies: readonly (readonly [string, string])[] = [
    [COPIER, 'repo:acme/models:ref:refs/heads/main'],
    [PROMOTER, 'repo:acme/models:environment:production'],
    [COPIER, 'repo:acme/models:environment:production'],
    [PROMOTER, 'repo:acme/models:environment:break-glass'],
  ];
  for (const [principal, subject] of policies)
    metastore.addFederationPolicy({ principal, issuer: ISSUER, audiences: [], subject });
  github.addToken(GITHUB_TOKEN, ['actions: read', 'pull-requests: read', 'contents: read']);
  for (const environment of ['production', 'break-glass'])
    github.addEnvironment('acme/models', environment, {
      reviewers: [{ team: 'release' }],
      adminsMayBypass: false,
    });
  for (const runId of ['1', '2', '3']) github.addRun('acme/models', runId);
  const contexts = (
    inputs: Readonly<Record<string, string>>,
    { secrets, vars, payload }: Playing,
  ): Contexts => ({
    vars: {
      DATABRICKS_HOST: url,
      DATABRICKS_CLIENT_ID: COPIER,
      PEOPLE: 'ada = ada@example.com\ngrace = grace@example.com',
      ...vars,
    },
    secrets: secrets ?? { DATABRICKS_TOKEN: TOKENS.promoter },
    github: { token: GITHUB_TOKEN },
    'github.event.client_payload': payload ?? {},
    inputs,
  });
  const play = (
    path: string,
    runId: string,
    inputs: Readonly<Record<string, string>> = {},
    options: Playing = {},
  ) =>
    runWorkflow(workflowIn(path, options.name), bench, contexts(inputs, options), {
      environment: {
        GITHUB_RUN_ID: runId,
        GITHUB_RUN_ATTEMPT: options.attempt ?? '1',
        GITHUB_API_URL: github.url,
        GITHUB_ACTOR: 'ada',
      },
      betweenJobs(ran) {
        if (options.approver !== undefined)
          github.review(runId, {
            login: options.approver,
            environments: ['production'],
            comment: `Looks good. ${codesIn(ran).join(' ')}`,
          });
        options.betweenJobs?.(ran);
      },
      ...playedBy(options),
      environments: {
        production: {
          vars: { DATABRICKS_CLIENT_ID: PROMOTER, APPLIER_CLIENT_ID: options.applier ?? PROMOTER },
        },
        'break-glass': { vars: { DATABRICKS_CLIENT_ID: PROMOTER } },
      },
      idTokens: (environment) => ({
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github-oidc/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: metastore.allowIdTokens(
          `repo:acme/models:${environment === undefined ? 'ref:refs/heads/main' : `environment:${environment}`}`,
          { issuer: ISSUER },
        ),
      }),
    });
  const champion = () => metastore.model(PROD).aliases.get('champion')?.version;
  return { ...bench, bench, metastore, github, play, champion };
}

/** What a test plays a workflow with. */
export interface Playing extends Pick<
  WorkflowOptions,
  'betweenJobs' | 'beforeStep' | 'cancelledIn' | 'kept' | 'runCommand' | 'checkCommand' | 'checkedOut'
> {
  /** Which attempt of its run; default: the first. */
  readonly attempt?: string;
  /** Which workflow of a page. */
  readonly name?: string;
  /** Variables of the repository that are others than the usual ones. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Who applies in the environment `production`, where a workflow names them; default: the promoter. */
  readonly applier?: string;
  /** What an event of `repository_dispatch` carries; default: it is another event. */
  readonly payload?: Readonly<Record<string, string>>;
  /** Default: the token of the promoter. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Who approves `production` with the code of every plan that was left. */
  readonly approver?: string;
}

function playedBy({
  beforeStep,
  cancelledIn,
  kept,
  runCommand,
  checkCommand,
  checkedOut,
}: Playing): Partial<WorkflowOptions> {
  return {
    ...(cancelledIn === undefined ? {} : { cancelledIn }),
    ...(kept === undefined ? {} : { kept }),
    ...(beforeStep === undefined ? {} : { beforeStep }),
    ...(runCommand === undefined ? {} : { runCommand }),
    ...(checkedOut === undefined ? {} : { checkedOut }),
    ...(checkCommand === undefined ? {} : { checkCommand }),
  };
}

/** The codes of the plans that steps left. */
const codesIn = (ran: readonly RanStep[]) =>
  ran.flatMap(({ seen }) => (seen.outputs['plan-code'] ? [seen.outputs['plan-code']] : []));

/** Each step by what it uses, and how it ended. */
export const endings = (steps: readonly RanStep[]) =>
  steps.map(({ uses, seen }) => [uses, seen.exitCode, seen.outputs['outcome']]);
