import { decideHolds } from '../hold/findings.ts';
import { decideOwnHold } from '../version.ts';
import type { AuditFamily } from './family.ts';
import { ofEachVersion } from './finding.ts';

const LIFT = 'Move the alias to another version, or lift the hold once its reason is gone.';

/** Whether the version of an alias is on hold. */
export const HOLDS: AuditFamily = {
  kinds: [
    {
      code: 'version-on-hold',
      severity: 'error',
      meaning:
        'the version of the alias is on hold: by its own tag `uc_promote_hold`, or by a hold of the model with its number',
      cause: 'It was put on hold, by `rollback` for example, while the alias named it or before.',
      fix: LIFT,
    },
    {
      code: 'equal-on-hold',
      severity: 'error',
      meaning:
        'a version with the same source, or the same bytes, is on hold: `origin` or `content` of a hold of the model is the origin or the digest of the version, or the hold is of the version that it was copied from',
      cause: 'What was put on hold came back under another number.',
      fix: LIFT,
    },
    {
      code: 'hold-unreadable',
      severity: 'error',
      meaning: 'a hold of the model does not say what it stops, so that it stops every version',
      cause: 'Its tag was written by something else.',
      fix: 'Take that tag away, and set the hold again on the version that is meant.',
    },
  ],
  find: (audited) =>
    ofEachVersion(audited, ({ version, holds }) =>
      version === undefined ? [] : [...decideOwnHold(version).findings, ...decideHolds(holds).findings],
    ),
};
