import type { Metastore } from '../index.ts';
import { builtInModel, fixture, withoutSignature } from './model-files.ts';

/** Models of the demo. */
export const PROD = 'prod.ml_team.fraud_detection';
export const STAGING = 'staging.ml_team.fraud_detection';

/** The demo's service principal, who runs the actions. */
export const PROMOTER = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

/** The run that trained the staging model, which logged it as `model`, and as `unsigned` without its signature. */
export const RUN = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

/** Files of a version with a complete signature. */
export const GOOD_FILES = fixture('fraud_detection') ?? builtInModel();

/** The same without a signature. */
export const UNSIGNED_FILES = withoutSignature(GOOD_FILES);

/** The files with another `MLmodel`, or without one. */
export function filesWith(mlmodel: string | undefined): Record<string, string | Uint8Array> {
  const others = Object.fromEntries(Object.entries(GOOD_FILES).filter(([path]) => path !== 'MLmodel'));
  return mlmodel === undefined ? others : { ...others, MLmodel: mlmodel };
}

/**
 * Versions of the prod model beside its version 1, which is Champion: 2 good, 3 without signature, 4 pending, 5 failed,
 * 6 on hold.
 */
export function moreVersions(metastore: Metastore): void {
  metastore.addVersion(PROD, { files: GOOD_FILES });
  metastore.addVersion(PROD, { files: UNSIGNED_FILES });
  metastore.addVersion(PROD, { files: GOOD_FILES, status: 'PENDING_REGISTRATION' });
  metastore.addVersion(PROD, { files: GOOD_FILES, status: 'FAILED_REGISTRATION' });
  // Of bytes of its own: a hold stops equal bytes under every number.
  const files = { ...GOOD_FILES, 'held.txt': 'incident 7' };
  metastore.addVersion(PROD, { files, tags: { uc_promote_hold: 'incident 7' } });
}
