import { decide, type Decision } from '../domain/decision.ts';
import { show } from '../domain/printable.ts';
import type { LoggedModel, LoggedRun } from '../domain/tracking.ts';

/** Of the logged models of one name that a run made the one that its path means. */
export type ChosenModel =
  | { readonly kind: 'one'; readonly model: LoggedModel }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly models: readonly LoggedModel[] };

/**
 * Chooses as MLflow's client does: the model that was logged at the largest step (mlflow 3.17.2 `fluent.py`). Of several at
 * that step the client takes the first that the server lists, which may be another one each time: none is chosen.
 */
export function chooseModel(
  models: readonly LoggedModel[],
  { outputs }: Pick<LoggedRun, 'outputs'>,
): ChosenModel {
  const steps = new Map(outputs.map(({ modelId, step }) => [modelId, step]));
  const stepOf = ({ id }: LoggedModel) => steps.get(id) ?? Number.NEGATIVE_INFINITY;
  const last = Math.max(...models.map(stepOf));
  const newest = models.filter((model) => stepOf(model) === last);
  const [model, second] = newest;
  if (model === undefined) return { kind: 'none' };
  return second === undefined ? { kind: 'one', model } : { kind: 'several', models: newest };
}

/** What to do about a logged model, by its status. */
const STATUS_FIXES: Readonly<Record<string, string>> = {
  LOGGED_MODEL_PENDING: 'Wait until the run has logged the model, then run the step again.',
  LOGGED_MODEL_UPLOAD_FAILED: 'Log the model again: not all of its files arrived.',
};

/** Whether a logged model may be registered: MLflow's client asks for no status, and registers half a model. */
export function decideLoggedModel({ id, status }: LoggedModel): Decision {
  if (status === 'LOGGED_MODEL_READY') return decide([]);
  return decide([
    {
      code: 'logged-model-not-ready',
      severity: 'error',
      message: `The logged model models:/${show(id, 80)} is ${status === '' ? 'in no known status' : show(status, 60)}, not LOGGED_MODEL_READY.`,
      fix: STATUS_FIXES[status] ?? 'Log the model again, then register it.',
    },
  ]);
}
