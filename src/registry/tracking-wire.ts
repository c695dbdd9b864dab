import * as z from 'zod';
import { int64 } from './wire-values.ts';

/* Runs and logged models as every tracking server spells them (mlflow 3.17.2 `service.proto`). */

const text = z.string().nullish();

/** A run, as far as registering of it goes. */
export const run = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({
      run_id: text,
      experiment_id: text,
      artifact_uri: text,
      lifecycle_stage: text,
    }),
    outputs: z
      .looseObject({
        model_outputs: z.array(z.looseObject({ model_id: z.string(), step: int64.nullish() })).nullish(),
      })
      .nullish(),
  }),
});

/** A run in the server's spelling. */
export type RunRow = z.output<typeof run>['run'];

const modelInfo = z.looseObject({
  model_id: z.string().min(1),
  name: text,
  status: text,
  source_run_id: text,
  artifact_uri: text,
});

/** A logged model (uc-protocol §14.1). */
export const loggedModel = z.looseObject({ model: z.looseObject({ info: modelInfo }) });

/** A page of `logged-models/search`. */
export const loggedModelPage = z.looseObject({
  models: z.array(z.looseObject({ info: modelInfo })).nullish(),
  next_page_token: text,
});

/** One logged model. */
export type LoggedModelRow = z.output<typeof modelInfo>;
