import { join } from 'node:path';
import { RUN, startDemoEmulator, type DemoEmulator } from '../harness/demo-emulator.ts';
import { check, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';
import { NATIVE_DIALECT } from './dialects.ts';

type Switches = Parameters<typeof startDemoEmulator>[0];

interface Variant {
  readonly name: string;
  readonly script: 'life.py' | 'table.py' | 'sdk.py' | 'sdk_writes.py' | 'large.py' | 'mlflow_cases.py';
  readonly switches?: Switches;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that name a store of the emulator, by its address. */
  readonly stores?: (url: string) => Readonly<Record<string, string>>;
  /** Requests (`METHOD template status`) that prove this route was taken, and those that would prove another. */
  readonly sent?: readonly RegExp[];
  readonly neverSent?: readonly RegExp[];
}

/** Where MLflow and boto3 find the emulator's S3. */
export const s3Of = (url: string) => ({ MLFLOW_S3_ENDPOINT_URL: `${url}/object-store/s3` });

const filesApi = { MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC: 'true' };

function argumentsOf(script: Variant['script'], fixtures: string): readonly string[] {
  const model = join(fixtures, 'fraud_detection');
  const all: Record<Variant['script'], readonly string[]> = {
    'life.py': [model, 'staging.ml_team', 'prod.ml_team'],
    'table.py': [join(fixtures, 'mlmodel'), 'staging.ml_team'],
    'sdk.py': [model, 'staging.ml_team'],
    'sdk_writes.py': [model, 'staging.ml_team'],
    'large.py': [model, 'staging.ml_team'],
    'mlflow_cases.py': [fixtures, 'staging.ml_team', RUN.runId],
  };
  return all[script];
}

const proof = {
  put: /^PUT \/api\/2\.0\/fs\/files\/\S+ 204$/,
  plainGet: /^GET \/api\/2\.0\/fs\/files\/\S+ 200$/,
  credentials: /generate-temporary-credentials/,
  uploadUrl: /create-upload-url/,
  downloadUrl: /create-download-url 200$/,
  noDownloadUrl: /create-download-url 403$/,
  partUrls: /create-upload-part-urls 200$/,
  resumableUrl: /create-resumable-upload-url 200$/,
  nativeCredentials: /^POST \/api\/2\.1\/unity-catalog\/temporary-model-version-credentials 200$/,
  s3Region: /^HEAD \/object-store\/s3\/\{bucket\} 200$/,
  s3Put: /^PUT \/object-store\/s3\/\S+ 200$/,
  s3Get: /^GET \/object-store\/s3\/\{bucket\}\/\{key\*\} 20[06]$/,
  nativeCreate: /^POST \/api\/2\.1\/unity-catalog\/models\/versions 200$/,
  legacyCreate: /unity-catalog\/model-versions\/create 200$/,
} as const;

/** The same life of a model by every route that MLflow's client knows, and the scripts that need one route only. */
const variants: readonly Variant[] = [
  {
    name: 'mlflow, Files API',
    script: 'life.py',
    switches: { filesMode: 'files-api' },
    sent: [proof.put, proof.downloadUrl, proof.legacyCreate],
    neverSent: [proof.credentials, proof.uploadUrl],
  },
  {
    name: 'mlflow, Files API forced',
    script: 'life.py',
    switches: { filesMode: 'presigned' },
    env: filesApi,
    sent: [proof.put],
    neverSent: [proof.credentials],
  },
  {
    name: 'mlflow, presigned URLs',
    script: 'life.py',
    switches: { filesMode: 'presigned' },
    sent: [proof.credentials, proof.uploadUrl, proof.downloadUrl],
    neverSent: [proof.put],
  },
  {
    name: 'mlflow, native dialect, presigned URLs',
    script: 'life.py',
    switches: { filesMode: 'presigned', nativeEnriched: true },
    env: NATIVE_DIALECT,
    sent: [proof.nativeCredentials, proof.uploadUrl, proof.downloadUrl],
    neverSent: [proof.credentials, proof.put],
  },
  {
    name: 'mlflow, S3',
    script: 'life.py',
    switches: { filesMode: 'presigned', vendedCredentials: 'aws' },
    stores: s3Of,
    sent: [proof.credentials, proof.s3Region, proof.s3Put, proof.s3Get],
    neverSent: [proof.put, proof.uploadUrl, proof.downloadUrl],
  },
  {
    name: 'mlflow, native dialect, S3',
    script: 'life.py',
    switches: { filesMode: 'presigned', vendedCredentials: 'aws', nativeEnriched: true },
    stores: s3Of,
    env: NATIVE_DIALECT,
    sent: [proof.nativeCredentials, proof.s3Put, proof.s3Get],
    neverSent: [proof.credentials, proof.put, proof.uploadUrl, proof.downloadUrl],
  },
  {
    name: 'mlflow, no presigning',
    script: 'life.py',
    switches: { presign: 'refused' },
    sent: [proof.noDownloadUrl, proof.plainGet],
    neverSent: [proof.downloadUrl],
  },
  { name: 'mlflow, own HTTP client', script: 'life.py', env: { MLFLOW_ENABLE_DB_SDK: 'false' } },
  {
    name: 'mlflow, native dialect',
    script: 'life.py',
    switches: { nativeEnriched: true },
    env: NATIVE_DIALECT,
    sent: [proof.nativeCreate, /subentity-tags/, /securable-tags/],
    neverSent: [proof.legacyCreate],
  },
  {
    name: 'mlflow, liberties of the API',
    script: 'life.py',
    switches: {
      smallPages: true,
      emptyPages: true,
      shuffledLists: true,
      numbersAsStrings: true,
      unknownFields: true,
      aliasCaseReturned: 'lower',
    },
  },
  { name: 'registration', script: 'table.py' },
  { name: "MLflow's own cases", script: 'mlflow_cases.py', sent: [proof.legacyCreate] },
  {
    name: "MLflow's own cases, native dialect",
    script: 'mlflow_cases.py',
    switches: { nativeEnriched: true },
    env: NATIVE_DIALECT,
    sent: [proof.nativeCreate],
    neverSent: [proof.legacyCreate],
  },
  { name: 'databricks-sdk', script: 'sdk.py' },
  {
    name: 'databricks-sdk, writing',
    script: 'sdk_writes.py',
    switches: { uploadProtocol: 'multipart' },
    sent: [proof.partUrls],
  },
  {
    name: 'multipart upload',
    script: 'large.py',
    switches: { uploadProtocol: 'multipart' },
    env: filesApi,
    sent: [proof.partUrls],
    neverSent: [proof.resumableUrl],
  },
  {
    // databricks-sdk 0.162 takes no upload that can be resumed any more: it sends one PUT (docs/compatibility.md).
    name: 'resumable upload offered',
    script: 'large.py',
    switches: { uploadProtocol: 'resumable' },
    env: filesApi,
    sent: [proof.put],
    neverSent: [proof.partUrls, proof.resumableUrl],
  },
  {
    name: 'large file, S3',
    script: 'large.py',
    switches: { filesMode: 'presigned', vendedCredentials: 'aws' },
    stores: s3Of,
    sent: [proof.credentials, proof.s3Put, proof.s3Get],
    neverSent: [proof.put, proof.uploadUrl],
  },
  {
    name: 'large file, no presigning',
    script: 'large.py',
    switches: { presign: 'refused' },
    env: filesApi,
    sent: [proof.plainGet, proof.put],
    neverSent: [proof.partUrls],
  },
];

/** A suite for each lane: MLflow's client or the Databricks SDK alone against an emulator of its own. */
export const mlflowVariants = variants.map(
  (variant) =>
    async function* mlflowLane({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
      const { script, name: prefix } = variant;
      if (!wanted(prefix)) return;
      const { emulator, token } = await startDemoEmulator(variant.switches);
      try {
        const env = { ...variant.env, ...variant.stores?.(emulator.url) };
        const server = { python, url: emulator.url, token, env };
        yield* await runCases(server, prefix, script, argumentsOf(script, fixtures));
        if (variant.sent ?? variant.neverSent)
          yield await check(`${prefix}: took the route that it is named after`, () =>
            tookRoute(variant, emulator),
          );
        yield await check(`${prefix}: nothing sent that the protocol does not know`, () =>
          noViolations(emulator),
        );
      } finally {
        await emulator.close();
      }
    },
);

function noViolations(emulator: DemoEmulator['emulator']): string {
  if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
  return `${emulator.requests.length} requests`;
}

function tookRoute({ sent = [], neverSent = [] }: Variant, emulator: DemoEmulator['emulator']): string {
  const seen = [...new Set(emulator.requests.map((one) => `${one.method} ${one.template} ${one.status}`))];
  const absent = sent.filter((pattern) => !seen.some((request) => pattern.test(request)));
  if (absent.length > 0) throw new Error(`never sent: ${absent.join(', ')}`);
  const strays = seen.filter((request) => neverSent.some((pattern) => pattern.test(request)));
  if (strays.length > 0) throw new Error(`sent although another route: ${strays.join(', ')}`);
  return '';
}
