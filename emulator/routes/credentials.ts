import { invalid } from '../metastore/api-error.ts';
import { requireRead, requireWrite } from '../metastore/files.ts';
import { usableModel, versionOf } from '../metastore/session.ts';
import { enriched, family, ok, type Context, type Route } from './route.ts';

/** Temporary credentials of a version's storage: default storage needs none, `s3` leads to a store outside. */
function credentials(
  context: Context,
  name: string,
  version: string,
  mode: 'read' | 'write',
): Record<string, unknown> {
  const { session, s3 } = context;
  const model = usableModel(session, name);
  const found = versionOf(model, version);
  if (mode === 'read') requireRead(session, model, found);
  else requireWrite(session, model, found);
  const expires = session.now() + 3_600_000;
  if (session.switches.filesMode !== 's3')
    return { storage_mode: 'DEFAULT_STORAGE', expiration_time: expires };
  return {
    storage_mode: 'CUSTOMER_HOSTED',
    expiration_time: expires,
    aws_temp_credentials: {
      access_key_id: s3.accessKeyId,
      secret_access_key: s3.secretAccessKey,
      session_token: s3.sessionToken,
    },
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
