import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import { findJson } from '../call.ts';
import { requireOwnId } from '../own-name.ts';
import type { MetricReader } from '../workspace-port.ts';
import * as wire from './wire/metrics.ts';

/** Metrics of logged models and of runs (workspace-apis §7.1). */
export function metricCalls(http: HttpClient): MetricReader {
  return {
    async ofModel(modelId, tries) {
      const template = '/api/2.0/mlflow/logged-models/{model_id}';
      const request: HttpRequest = {
        method: 'GET',
        template,
        params: { model_id: modelId },
        ...sentBy(tries),
      };
      const found = await findJson(http, request, wire.modelMetrics);
      if (found === undefined) return undefined;
      requireOwnId('logged model', modelId, found.model.info.model_id, `GET ${template}`);
      return wire.toMetrics(found.model.data?.metrics, modelId);
    },
    async ofRun(runId, modelId, tries) {
      const template = '/api/2.0/mlflow/runs/get';
      const request: HttpRequest = { method: 'GET', template, query: { run_id: runId }, ...sentBy(tries) };
      const found = await findJson(http, request, wire.runMetrics);
      if (found === undefined) return undefined;
      requireOwnId('run', runId, found.run.info.run_id, `GET ${template}`);
      return wire.toMetrics(found.run.data?.metrics, modelId);
    },
  };
}

function sentBy(tries: 'once' | undefined): Pick<HttpRequest, 'retry' | 'beside'> {
  return tries === undefined ? { retry: 'safe' } : { retry: 'never', beside: true };
}
