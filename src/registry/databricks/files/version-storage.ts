import { hasCode } from '../../../domain/errors.ts';
import { formatFullName, type FullName } from '../../../domain/full-name.ts';
import type { HttpClient } from '../../../http/client.ts';
import {
  freshUntil,
  RenewedCredentials,
  type S3Encryption,
  type StorageCredentials,
  type StorageSecret,
} from '../../../storage/credentials.ts';
import type { StorageEndpoints } from '../../../storage/endpoints.ts';
import type { ObjectStore } from '../../../storage/object-store.ts';
import { openStore } from '../../../storage/open-store.ts';
import { parseLocation } from '../../../storage/place.ts';
import { RouteRefused } from '../../../transfer/route.ts';
import { askForRoute } from './signed.ts';
import * as wire from '../wire/files.ts';

/** What is asked for: to read a version, or to write one that is pending. */
export type StorageOperation = 'read' | 'write';

const LEGACY = '/api/2.0/mlflow/unity-catalog/model-versions';

/** The life of credentials whose response does not state it, milliseconds. */
const DEFAULT_LIFETIME = 3_600_000;

const REFUSAL = 'the workspace does not issue temporary credentials';

/** A version's own storage, opened once by temporary credentials (uc-protocol §9.4). Throws `RouteRefused`. */
export function versionStorage(
  http: HttpClient,
  { name, version }: { readonly name: FullName; readonly version: number },
  operation: StorageOperation,
  endpoints: StorageEndpoints,
): () => Promise<ObjectStore> {
  const open = async (): Promise<ObjectStore> => {
    const credentials = new RenewedCredentials(http, async () => {
      const row = await ask(http, name, version, operation);
      return toCredentials(http, row);
    });
    const query = { name: formatFullName(name), version };
    const request = { method: 'GET', template: `${LEGACY}/get-download-uri`, query, retry: 'safe' } as const;
    await credentials.get();
    const { artifact_uri: location } = await askForRoute(http, request, wire.downloadUri, NO_LOCATION);
    return openStore({ http, place: parseLocation(location), credentials, endpoints });
  };
  let opened: Promise<ObjectStore> | undefined;
  return () => (opened ??= open());
}

const NO_LOCATION = 'the workspace does not report where the version is stored';

/** By the legacy family, which every client uses; by the native one where a workspace has no other. */
async function ask(
  http: HttpClient,
  name: FullName,
  version: number,
  operation: StorageOperation,
): Promise<wire.CredentialsRow> {
  const legacy = {
    method: 'POST',
    template: `${LEGACY}/generate-temporary-credentials`,
    json: {
      name: formatFullName(name),
      version: String(version),
      operation: operation === 'read' ? 'MODEL_VERSION_OPERATION_READ' : 'MODEL_VERSION_OPERATION_READ_WRITE',
    },
    retry: 'safe',
  } as const;
  try {
    return (await askForRoute(http, legacy, wire.legacyCredentials, REFUSAL)).credentials;
  } catch (error) {
    if (!(error instanceof RouteRefused) || !hasCode(error.cause, 'protocol')) throw error;
  }
  const native = {
    method: 'POST',
    template: '/api/2.1/unity-catalog/temporary-model-version-credentials',
    json: {
      catalog_name: name.catalog,
      schema_name: name.schema,
      model_name: name.model,
      version,
      operation: operation === 'read' ? 'READ_MODEL_VERSION' : 'READ_WRITE_MODEL_VERSION',
    },
    retry: 'safe',
  } as const;
  return askForRoute(http, native, wire.nativeCredentials, REFUSAL);
}

/** Credentials from their wire form, masked. */
function toCredentials(http: HttpClient, row: wire.CredentialsRow): StorageCredentials {
  const secret = secretOf(row);
  for (const text of textsOf(secret)) http.mask(text);
  const now = http.now();
  return { secret, freshUntil: freshUntil(now, row.expiration_time ?? now + DEFAULT_LIFETIME) };
}

function secretOf(row: wire.CredentialsRow): StorageSecret {
  const keys = row.aws_temp_credentials ?? row.r2_temp_credentials;
  if (keys != null) {
    const { session_token: sessionToken } = keys;
    const encryption = encryptionOf(row);
    return {
      kind: 's3',
      accessKeyId: keys.access_key_id,
      secretAccessKey: keys.secret_access_key,
      ...(sessionToken == null || sessionToken === '' ? {} : { sessionToken }),
      ...(encryption === undefined ? {} : { encryption }),
    };
  }
  if (row.azure_user_delegation_sas != null)
    return { kind: 'azure', sas: row.azure_user_delegation_sas.sas_token };
  if (row.gcp_oauth_token != null) return { kind: 'google', token: row.gcp_oauth_token.oauth_token };
  const why =
    row.storage_mode === 'DEFAULT_STORAGE'
      ? 'the version is on default storage'
      : 'the response contains no known kind of credentials';
  throw new RouteRefused(`${REFUSAL} (${why})`);
}

function encryptionOf(row: wire.CredentialsRow): S3Encryption | undefined {
  const details = row.encryption_details?.sse_encryption_details;
  if (details?.algorithm === 'AWS_SSE_S3') return { algorithm: 'AES256' };
  if (details?.algorithm !== 'AWS_SSE_KMS') return undefined;
  const key = details.aws_kms_key_arn ?? '';
  return { algorithm: 'aws:kms', ...(key === '' ? {} : { key }) };
}

/** What of a secret must never be printed: of a signature in a query also the form that logs decode. */
function textsOf(secret: StorageSecret): string[] {
  switch (secret.kind) {
    case 's3':
      return [secret.secretAccessKey, ...(secret.sessionToken === undefined ? [] : [secret.sessionToken])];
    case 'azure': {
      const signature = new URLSearchParams(secret.sas).get('sig');
      const forms = signature === null ? [] : [signature, encodeURIComponent(signature)];
      return [secret.sas, ...forms];
    }
    case 'google':
      return [secret.token];
  }
}
