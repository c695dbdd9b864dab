import { denied, invalid } from '../../metastore/api-error.ts';
import { requireRead, requireWrite } from '../../metastore/files.ts';
import { folderOf } from '../../metastore/locations.ts';
import { usableModel, versionOf } from '../../metastore/session.ts';
import { enriched, family, ok, type Context, type Route, type S3Place } from '../route.ts';
import { ACCESS_KEY_ID } from '../stores/sigv4.ts';
import { sasOf } from '../stores/azure.ts';

/**
 * Temporary credentials of a version's storage. Default storage needs none; `filesMode: s3` leads to a store outside, the
 * others to those of the emulator.
 */
function credentials(
  context: Context,
  name: string,
  version: string,
  operation: 'read' | 'write',
): Record<string, unknown> {
  const { session, s3, vault } = context;
  const model = usableModel(session, name);
  const found = versionOf(model, version);
  if (operation === 'read') requireRead(session, model, found);
  else requireWrite(session, model, found);
  const expiresAt = session.now() + 3_600_000;
  const hosted = { storage_mode: 'CUSTOMER_HOSTED', expiration_time: expiresAt };
  const encryption = s3.encryption && {
    encryption_details: { sse_encryption_details: s3.encryption },
  };
  if (session.switches.filesMode === 's3')
    return { ...hosted, ...encryption, aws_temp_credentials: keys(s3) };
  const { vendedCredentials } = session.switches;
  if (vendedCredentials === 'refused') throw denied('Temporary credentials are blocked for this metastore.');
  if (vendedCredentials === 'none') return { ...hosted, storage_mode: 'DEFAULT_STORAGE' };
  const token = vault.issue({
    folder: folderOf(found),
    operation,
    expiresAt: context.expired ? 0 : expiresAt,
  });
  switch (vendedCredentials) {
    case 'aws': {
      const secretAccessKey = vault.keyOf(token);
      return {
        ...hosted,
        ...encryption,
        aws_temp_credentials: keys({ accessKeyId: ACCESS_KEY_ID, secretAccessKey, sessionToken: token }),
      };
    }
    case 'azure':
      return { ...hosted, azure_user_delegation_sas: { sas_token: sasOf(token, operation) } };
    case 'gcp':
      return { ...hosted, gcp_oauth_token: { oauth_token: token } };
  }
}

function keys(
  secret: Pick<S3Place, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
): Record<string, string> {
  return {
    access_key_id: secret.accessKeyId,
    secret_access_key: secret.secretAccessKey,
    session_token: secret.sessionToken,
  };
}

function modeOf(operation: string, read: string, write: string): 'read' | 'write' {
  if (operation === read) return 'read';
  if (operation === write) return 'write';
  throw invalid(`Unknown operation '${operation}'.`);
}

const legacy = family('/api/2.0/mlflow/unity-catalog', {
  from: 'observed by peer',
  section: 'temporary credentials',
});
const native = family('/api/2.1/unity-catalog', {
  from: 'client code',
  section: 'temporary credentials, enriched native family',
});

/** Credentials in both families. */
export const credentialRoutes: readonly Route[] = [
  legacy({
    method: 'POST',
    template: '/model-versions/generate-temporary-credentials',
    write: false,
    fields: { name: 'string!', version: 'string!', operation: 'string!' },
    handle: (input, context) => {
      const mode = modeOf(
        input.text('operation'),
        'MODEL_VERSION_OPERATION_READ',
        'MODEL_VERSION_OPERATION_READ_WRITE',
      );
      return ok({ credentials: credentials(context, input.text('name'), input.text('version'), mode) });
    },
  }),
  enriched(
    native({
      method: 'POST',
      template: '/temporary-model-version-credentials',
      write: false,
      fields: {
        catalog_name: 'string!',
        schema_name: 'string!',
        model_name: 'string!',
        version: 'int!',
        operation: 'string!',
      },
      handle: (input, context) => {
        const mode = modeOf(input.text('operation'), 'READ_MODEL_VERSION', 'READ_WRITE_MODEL_VERSION');
        const name = `${input.text('catalog_name')}.${input.text('schema_name')}.${input.text('model_name')}`;
        return ok(credentials(context, name, input.text('version'), mode));
      },
    }),
  ),
];
