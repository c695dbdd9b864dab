import * as z from 'zod';
import { int64, versionNumber } from '../../wire-values.ts';

/*
 * Versions of the workspace's own registry, and the calls for the files of these, of runs and of logged models (mlflow 3.17.2
 * `service.proto`, `databricks_artifacts.proto`, `model_registry.proto`; workspace-apis §8.2).
 */

const text = z.string().nullish();
const tags = z.array(z.looseObject({ key: z.string(), value: text })).nullish();

/** A page of a listing of artifacts; paths begin at the root of the run, logged model or version. */
export const artifactPage = z.looseObject({
  files: z
    .array(z.looseObject({ path: z.string(), is_dir: z.boolean().nullish(), file_size: int64.nullish() }))
    .nullish(),
  next_page_token: text,
});

const signed = {
  signed_uri: z.string().min(1),
  headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
};

const credential = z.looseObject(signed);

/** Response of `artifacts/credentials-for-read`: one entry a path. */
export const runCredentials = z.looseObject({ credential_infos: z.array(credential).min(1) });

/** Response of `logged-models/{id}/artifacts/credentials-for-download`. */
export const modelCredentials = z.looseObject({
  credentials: z.array(z.looseObject({ credential_info: credential })).min(1),
});

/** Response of `model-versions/get-signed-download-uri` of the workspace's own registry. */
export const versionCredentials = z.looseObject(signed);

/** What a call for a signed URL gave. */
export type Credential = z.output<typeof credential>;

/** A version of the workspace's own registry (`model-versions/get`). */
export const workspaceVersion = z.looseObject({
  model_version: z.looseObject({
    name: z.string(),
    version: versionNumber,
    status: text,
    status_message: text,
    description: text,
    source: text,
    run_id: text,
    run_link: text,
    user_id: text,
    model_id: text,
    tags,
  }),
});

/** One version of the workspace's own registry. */
export type WorkspaceVersion = z.output<typeof workspaceVersion>;
