import { missing } from '../metastore/api-error.ts';
import type { CallContext } from '../metastore/session.ts';
import type { LoggedMetric, LoggedModel } from '../metastore/state.ts';
import { modelRoot, requireReader, runRoot } from '../workspace/artifacts.ts';
import { tagList } from './legacy/shapes.ts';
import { ok, type Route, type RouteSource } from './route.ts';

const tracking: RouteSource = { from: 'observed by peer', section: 'runs and logged models' };

function pairs(tags: Readonly<Record<string, string>> | undefined): unknown[] {
  return tagList(new Map(Object.entries(tags ?? {})));
}

/** Metrics as the tracking server returns them (mlflow 3.17.2 `service.proto` `Metric`). */
function metricRows(metrics: readonly LoggedMetric[] | undefined, runId: string | undefined): unknown[] {
  return (metrics ?? []).map((metric, index) => ({
    key: metric.key,
    value: metric.value,
    timestamp: 1_764_000_000_000 + index,
    step: metric.step ?? 0,
    ...(metric.dataset === undefined
      ? {}
      : { dataset_name: metric.dataset.name, dataset_digest: metric.dataset.digest }),
    ...(metric.modelId === undefined ? {} : { model_id: metric.modelId }),
    ...((metric.runId ?? runId) === undefined ? {} : { run_id: metric.runId ?? runId }),
  }));
}

/** What a logged model says of itself (mlflow 3.17.2 `service.proto` `LoggedModelInfo`). */
export function loggedModelInfo(session: CallContext, model: LoggedModel): Record<string, unknown> {
  return {
    model_id: model.modelId,
    experiment_id: model.experimentId ?? '0',
    name: model.name ?? 'model',
    creation_timestamp_ms: 1,
    last_updated_timestamp_ms: 2,
    artifact_uri: modelRoot(session, model),
    status: model.status ?? 'LOGGED_MODEL_READY',
    ...(model.sourceRunId === undefined ? {} : { source_run_id: model.sourceRunId }),
    tags: pairs(model.tags),
  };
}

/** The workspace around the metastore: runs and logged models. */
export const workspaceRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/api/2.0/mlflow/runs/get',
    source: tracking,
    write: false,
    fields: { run_id: 'string', run_uuid: 'string' },
    handle: (input, { session }) => {
      const id = input.maybeText('run_id') ?? '';
      const run = session.state.runs.get(id);
      if (!run) throw missing(`Run '${id}' not found`);
      if (run.artifacts !== undefined) requireReader(session, run.artifacts);
      const response = ok({
        run: {
          info: {
            run_id: id,
            run_uuid: id,
            experiment_id: run.experimentId ?? '0',
            status: 'FINISHED',
            lifecycle_stage: run.isDeleted === true ? 'deleted' : 'active',
            artifact_uri: runRoot(session, run),
          },
          data: { metrics: metricRows(run.metrics, id), tags: pairs(run.tags) },
          ...(run.outputs === undefined
            ? {}
            : {
                outputs: {
                  model_outputs: run.outputs.map(({ modelId, step }) => ({ model_id: modelId, step })),
                },
              }),
        },
      });
      return {
        ...response,
        headers: { 'x-databricks-org-id': run.workspaceId ?? session.state.workspaceId },
      };
    },
  },
  {
    method: 'GET',
    template: '/api/2.0/mlflow/logged-models/{model_id}',
    source: tracking,
    write: false,
    handle: (input, { session }) => {
      const model = session.state.loggedModels.get(input.text('model_id'));
      if (!model) throw missing(`Logged model with ID '${input.text('model_id')}' not found.`);
      if (model.artifacts !== undefined) requireReader(session, model.artifacts);
      return ok({
        model: {
          info: loggedModelInfo(session, model),
          data: { params: [], metrics: metricRows(model.metrics, model.sourceRunId) },
        },
      });
    },
  },
  {
    method: 'PATCH',
    template: '/api/2.0/mlflow/logged-models/{model_id}/tags',
    source: { ...tracking, from: 'client code' },
    write: true,
    fields: { model_id: 'string', tags: 'array' },
    handle: (input, { session }) => {
      const model = session.state.loggedModels.get(input.text('model_id'));
      if (!model) throw missing(`Logged model with ID '${input.text('model_id')}' not found.`);
      model.tags = { ...model.tags, ...Object.fromEntries(input.tags('tags')) };
      return ok({ model: { info: { model_id: model.modelId, tags: pairs(model.tags) } } });
    },
  },
];
