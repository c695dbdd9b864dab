import * as z from 'zod';
import { given, int64, statedOf, toStatus, toTags, versionNumber } from '../wire-values.ts';
import type { Alias, ListedVersion, ModelVersion } from '../../domain/model.ts';
import type { FullName } from '../../domain/full-name.ts';

/*
 * The MLflow server's spelling (mlflow `protos/model_registry.proto`, seen on 3.17.2): numbers in the names of fields
 * are int64 and may be strings; a version's aliases are plain strings, a model's are objects.
 */

const text = z.string();
const optionalText = z.string().nullish();
const tags = z.array(z.looseObject({ key: text, value: optionalText })).nullish();
const nextPage = { next_page_token: optionalText };

const modelFields = z.looseObject({
  name: text,
  description: optionalText,
  tags,
  aliases: z.array(z.looseObject({ alias: text, version: versionNumber })).nullish(),
});

const versionFields = z.looseObject({
  name: optionalText,
  version: versionNumber,
  status: optionalText,
  status_message: optionalText,
  description: optionalText,
  source: optionalText,
  run_id: optionalText,
  model_id: optionalText,
  user_id: optionalText,
  creation_timestamp: int64.nullish(),
  tags,
  aliases: z.array(text).nullish(),
});

/** Response of `registered-models/get`. */
export const model = z.looseObject({ registered_model: modelFields });

/** A page of `registered-models/search`. */
export const modelPage = z.looseObject({
  registered_models: z.array(z.looseObject({ name: text })).nullish(),
  ...nextPage,
});

/** A version as the server writes it. */
export type VersionRow = z.output<typeof versionFields>;

/** Response of `model-versions/get` and `model-versions/create`. */
export const version = z.looseObject({ model_version: versionFields });

/** A page of `model-versions/search`. */
export const versionPage = z.looseObject({ model_versions: z.array(versionFields).nullish(), ...nextPage });

/** Response of `model-versions/get-download-uri`: where the files lie once every pointer is followed. */
export const downloadUri = z.looseObject({ artifact_uri: text });

/** A listing of one folder; paths are relative to it on `mlflow-artifacts`, to the run's root on `artifacts/list`. */
export const listing = z.looseObject({
  files: z
    .array(z.looseObject({ path: text, is_dir: z.boolean().nullish(), file_size: int64.nullish() }))
    .nullish(),
  ...nextPage,
});

/** Experiment and artifact root of a run, from `runs/get`. */
export const run = z.looseObject({
  run: z.looseObject({
    info: z.looseObject({ run_id: optionalText, artifact_uri: optionalText, experiment_id: optionalText }),
  }),
});

/** A model version in domain words. */
export function toModelVersion(name: FullName, row: z.output<typeof versionFields>): ModelVersion {
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...statedOf(row),
    ...(row.creation_timestamp == null ? {} : { createdAt: row.creation_timestamp }),
    aliases: (row.aliases ?? []).map((alias): Alias => ({ alias, version: row.version })),
    tags: toTags(row.tags),
    dependencies: [],
  };
}

/** A row of a search in domain words. */
export function toListedVersion(name: FullName, row: z.output<typeof versionFields>): ListedVersion {
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...given('source', row.source),
    ...given('createdBy', row.user_id),
  };
}
