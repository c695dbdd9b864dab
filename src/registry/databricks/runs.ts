import * as z from 'zod';
import { header } from '../../http/failed-response.ts';
import type { HttpClient } from '../../http/client.ts';
import { hasCode } from '../../domain/errors.ts';
import type { Registry, TrainingRun } from '../port.ts';
import { callJson } from '../call.ts';
import { requireOwnId } from '../own-name.ts';

type RunCalls = Required<Pick<Registry, 'getTrainingRun' | 'hasLoggedModel'>>;

const run = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({ run_id: z.string().nullish() }),
    data: z
      .looseObject({
        tags: z.array(z.looseObject({ key: z.string(), value: z.string().nullish() })).nullish(),
      })
      .nullish(),
  }),
});

const loggedModel = z.looseObject({
  model: z.looseObject({ info: z.looseObject({ model_id: z.string().nullish() }) }),
});

/**
 * Calls about where a version was trained (uc-protocol §7, steps 4 and 5). No copy depends on them, so that they are
 * tried once.
 */
export function runCalls(http: HttpClient): RunCalls {
  return {
    async getTrainingRun(runId) {
      const request = {
        method: 'GET',
        template: '/api/2.0/mlflow/runs/get',
        query: { run_id: runId },
      } as const;
      try {
        const { body, headers } = await http.json({ ...request, retry: 'if-unprocessed' });
        const { data } = run.safeParse(body);
        requireOwnId('run', runId, data?.run.info.run_id, `GET ${request.template}`);
        return data === undefined ? undefined : toTrainingRun(data, header(headers, 'x-databricks-org-id'));
      } catch (error) {
        if (hasCode(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async hasLoggedModel(modelId) {
      const template = '/api/2.0/mlflow/logged-models/{model_id}';
      try {
        const { model } = await callJson(
          http,
          { method: 'GET', template, params: { model_id: modelId }, retry: 'if-unprocessed' },
          loggedModel,
        );
        requireOwnId('logged model', modelId, model.info.model_id, `GET ${template}`);
        return true;
      } catch (error) {
        if (hasCode(error, 'not-found')) return false;
        throw error;
      }
    },
  };
}

/** The header by which Databricks links a version to what trained it, as the MLflow client builds it (uc-protocol §7). */
export function lineageHeader(training: TrainingRun | undefined): Readonly<Record<string, string>> {
  const { notebookId, jobId, jobRunId } = training ?? {};
  const entities = [
    ...(notebookId === undefined ? [] : [{ notebook: { id: notebookId } }]),
    ...(jobId === undefined
      ? []
      : [{ job: { id: jobId, ...(jobRunId === undefined ? {} : { job_run_id: jobRunId }) } }]),
  ];
  if (entities.length === 0) return {};
  const text = JSON.stringify({ entities, lineages: [{}] });
  return { 'x-databricks-lineage-identifier': Buffer.from(text).toString('base64') };
}

function toTrainingRun({ run: { data } }: z.output<typeof run>, workspaceId: string): TrainingRun {
  const tag = (name: string) =>
    data?.tags?.find(({ key }) => key === `mlflow.databricks.${name}`)?.value ?? '';
  const fields = {
    workspaceId,
    notebookId: tag('notebookID'),
    jobId: tag('jobID'),
    jobRunId: tag('jobRunID'),
    user: data?.tags?.find(({ key }) => key === 'mlflow.user')?.value ?? '',
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
