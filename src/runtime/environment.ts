import { PRODUCT } from '../domain/product.ts';
import type { ReportTool } from '../report/report.ts';
import type { StorageEndpoints } from '../storage/endpoints.ts';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** This tool, and what `uses:` named; that is empty where the action is in the checkout (actions-runtime §4). */
export function readTool(environment: Environment): ReportTool {
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return ref === '' ? PRODUCT : { ...PRODUCT, ref };
}

/**
 * The text of an input as the runner passes it. It is empty for one that is given and empty, and also for one that is
 * left out and has no default in `action.yml` (actions/runner `ActionManifestManager.cs`).
 */
export function readInput(environment: Environment, name: string): string | undefined {
  return environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();
}

/** Addresses in place of the clouds' own, by the variables that the clouds' own tools read. */
export function storageEndpoints(environment: Environment): StorageEndpoints {
  return {
    s3: environment['AWS_ENDPOINT_URL_S3'],
    azure: environment['AZURE_STORAGE_SERVICE_ENDPOINT'],
    google: environment['STORAGE_EMULATOR_HOST'],
  };
}
