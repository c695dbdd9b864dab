import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** Where the emulator is, for one run of one competitor. */
export interface Place {
  readonly url: string;
  readonly token: string;
  readonly source: string;
  readonly destination: string;
}

const taken = z.object({ insideMs: z.number(), cpuMs: z.number(), peakMb: z.number(), ok: z.boolean() });

/** What one run took: milliseconds of the whole process and inside of it, of processor time, and MB at its peak. */
export type Taken = z.output<typeof taken> & {
  readonly wholeMs: number;
  /** What its server printed when it was ended. */
  readonly served: string;
  /** The outputs of an action, as it wrote them. */
  readonly outputs: string;
};

/** A competitor: the command line that copies and writes its report into the file given. */
export interface Competitor {
  readonly name: string;
  /** Whether its server has to run jobs; default: it has none. */
  readonly hasJobs?: boolean;
  command(place: Place, report: string): Command;
}

const root = join(import.meta.dirname, '..');
const base = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), NO_PROXY: '127.0.0.1' };

/** The job's temporary folder, in which a first run leaves Node's compile cache to the next, as Python leaves its own. */
const job = mkdtempSync(join(tmpdir(), 'uc-promote-bench-'));
process.on('exit', () => rmSync(job, { recursive: true, force: true }));

/** The way of large files: signed URLs of the Files API, or temporary credentials for S3. */
export type BenchRoute = 'files-api' | 's3';

/** What a process of ours runs: an action by its stub, which leaves what it took in the report. */
export function actionCommand(stub: string, report: string, env: Readonly<Record<string, string>>): Command {
  return {
    args: [process.execPath, join(root, 'bench', 'action-process.js'), stub, report],
    env: { ...env, RUNNER_TEMP: job },
  };
}

/** Our action, by its stub, with a run of the workspace to copy; what its job took the server says. */
export function inWorkspace(stub: string): Competitor {
  return {
    name: 'uc-promote, engine: workspace',
    hasJobs: true,
    command: (place, report) =>
      actionCommand(stub, report, { ...environmentOf(place), INPUT_ENGINE: 'workspace' }),
  };
}

function environmentOf(place: Place): Readonly<Record<string, string>> {
  return {
    DATABRICKS_HOST: place.url,
    DATABRICKS_TOKEN: place.token,
    AWS_ENDPOINT_URL_S3: storeOf(place),
    INPUT_REGISTRY: 'databricks',
    INPUT_SOURCE: place.source,
    INPUT_DESTINATION: place.destination,
  };
}

/** Our action, by its stub, with or without reading every byte back. Which way is open, the emulator says. */
export function ours(stub: string, verify: 'full' | 'size'): Competitor {
  return {
    name: verify === 'full' ? 'uc-promote' : 'uc-promote, verify: size',
    command: (place, report) =>
      actionCommand(stub, report, { ...environmentOf(place), INPUT_VERIFY: verify }),
  };
}

function storeOf({ url }: Place): string {
  return `${url}/object-store/s3`;
}

/** One request into another, with or without sha256 between: what the machine can do at the most. */
export function pipe(kind: 'raw' | 'hashing' | 'hashing in a worker'): Competitor {
  return {
    name: `pipe, ${kind}`,
    command: ({ url, token, source, destination }, report) => ({
      args: [
        process.execPath,
        join(root, 'bench', 'copy-pipe.ts'),
        kind,
        report,
        url,
        token,
        source,
        destination,
      ],
      env: {},
    }),
  };
}

/**
 * MLflow's client. By the Files API it has nothing to set; over S3 transfers in parts begin at 100 MiB instead of 500, and
 * uploads have parts of 50 MiB instead of 10, as users who measured it set them (mlflow/mlflow `environment_variables.py`,
 * NVIDIA-NeMo/Evaluator#952). Each part of a download is a process of its own (mlflow 3.17.2, `mlflow/utils/file_utils.py`),
 * so that over S3 few and large ones are quicker: 512 MiB instead of 100; by the Files API large ones are far slower.
 */
export function mlflow(python: string, route: BenchRoute): Competitor {
  return {
    name: `MLflow copy_model_version, ${route}`,
    command: (place, report) => ({
      args: [
        python,
        '-W',
        'ignore',
        join(root, 'bench', 'copy_mlflow.py'),
        report,
        place.source,
        place.destination,
      ],
      env: {
        DATABRICKS_HOST: place.url,
        DATABRICKS_TOKEN: place.token,
        DATABRICKS_CONFIG_FILE: '/dev/null',
        MLFLOW_TRACKING_URI: 'databricks',
        MLFLOW_REGISTRY_URI: 'databricks-uc',
        MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC: String(route === 'files-api'),
        MLFLOW_S3_ENDPOINT_URL: storeOf(place),
        MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: String(100 * 1024 ** 2),
        MLFLOW_MULTIPART_DOWNLOAD_MINIMUM_FILE_SIZE: String(100 * 1024 ** 2),
        MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: String(50 * 1024 ** 2),
        MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE: String((route === 's3' ? 512 : 50) * 1024 ** 2),
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
      },
    }),
  };
}

/** One copy: `demo`, `many`, or MiB of one large file; `local` or `cloud`; and the way that is open. */
export interface BenchCase {
  readonly size: string;
  readonly profile: string;
  readonly route: BenchRoute;
}

/** Runs a competitor once against a fresh emulator. */
export async function runOnce(competitor: Competitor, { size, profile, route }: BenchCase): Promise<Taken> {
  const serving = [join(root, 'bench', 'copy-server.ts'), size, profile, route];
  if (competitor.hasJobs === true) serving.push('jobs');
  return measure(serving, (url, report) => {
    const place = {
      url,
      token: 'emulator-promoter',
      source: 'models:/staging.ml_team.fraud_detection/3',
      destination: 'prod.ml_team.fraud_detection',
    };
    return competitor.command(place, report);
  });
}

/** A process to measure, which writes what it took into the report that it is given. */
interface Command {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a command once against a server of its own: a script that prints its address, and may print what it saw when it is ended. */
export async function measure(
  serving: readonly string[],
  commandOf: (url: string, report: string) => Command,
): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-bench-'));
  const server = spawn(process.execPath, serving, { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = createInterface(server.stdout)[Symbol.asyncIterator]();
  const nextLine = async () => (await printed.next()).value ?? '';
  try {
    const url = await nextLine();
    if (url === '') throw new Error('The emulator did not start.');
    const report = join(folder, 'report.json');
    const outputs = join(folder, 'outputs');
    writeFileSync(outputs, '');
    const { args, env } = commandOf(url, report);
    const [program = '', ...rest] = args;
    const variables = { ...base, GITHUB_OUTPUT: outputs, ...env };
    const startedAt = performance.now();
    await ended(spawn(program, rest, { env: variables, stdio: ['ignore', 'ignore', 'inherit'] }));
    const wholeMs = Math.round(performance.now() - startedAt);
    server.kill();
    const seen = {
      wholeMs,
      served: await nextLine(),
      outputs: readFileSync(outputs, 'utf8'),
    };
    return { ...taken.parse(JSON.parse(readFileSync(report, 'utf8'))), ...seen };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
}
