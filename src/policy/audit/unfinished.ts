import { formatFullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { AuditFamily } from './family.ts';

const PENDING_FIX =
  'If no upload is running, the upload was interrupted, and the owner can delete this version.';
const FAILED_FIX =
  'The registration failed, so no caller can use this version. The owner of the model can delete it.';

/** Versions whose registration never ended. */
export const UNFINISHED: AuditFamily = {
  kinds: [
    {
      code: 'version-pending',
      severity: 'warning',
      meaning: 'a version is `PENDING_REGISTRATION`',
      cause: 'Its upload is running, or was interrupted.',
      fix: PENDING_FIX,
    },
    {
      code: 'version-failed',
      severity: 'warning',
      meaning: 'a version is `FAILED_REGISTRATION`',
      cause: 'Its upload failed.',
      fix: FAILED_FIX,
    },
  ],
  find: ({ name, unready }) =>
    unready
      .filter(({ status }) => status === 'PENDING_REGISTRATION' || status === 'FAILED_REGISTRATION')
      .map(({ version, status }) => ({
        model: formatFullName(name),
        version,
        code: status === 'FAILED_REGISTRATION' ? 'version-failed' : 'version-pending',
        severity: 'warning',
        message: `${formatModelUri(name, version)} is ${status}.`,
        fix: status === 'FAILED_REGISTRATION' ? FAILED_FIX : PENDING_FIX,
      })),
};
