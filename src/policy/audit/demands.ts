import { formatModelUri } from '../../domain/model-uri.ts';
import { isProtected } from '../promotion-policy/rule.ts';
import { versionFindings } from '../promotion-policy/version.ts';
import type { AuditFamily, FindingKind } from './family.ts';
import { ofEachVersion } from './finding.ts';

const PROMOTE = 'Promote a version from the earlier environment, and let the alias name the copy.';

/** Whether the version of a protected alias has what the policy file requires. */
export const DEMANDS: AuditFamily = {
  kinds: [
    row(
      'policy-status',
      'the version of a protected alias has not the status of `require.status`',
      'Nobody validated the version, the status was taken away, or the alias was moved past uc-promote.',
      'Validate the version and set its status, or move the alias.',
    ),
    row(
      'policy-origin',
      'the version of a protected alias is no copy, or a copy of a model that no pattern of `require.origin` means, by its tag `uc_promote_origin`, or by its source where it has none',
      'It was registered there directly, or copied from another environment.',
      PROMOTE,
    ),
    row(
      'policy-origin-content',
      'with `require.origin`: the `listing` digest of the version of a protected alias (with `verify: full`, its `content` digest) is not the one that it recorded, or not that of the version that it was copied from, or cannot be compared: the version is not `READY`, the source is gone or hidden, or it lies in another metastore and nothing was recorded',
      'Files were changed after the copy, or the source was deleted.',
      PROMOTE,
    ),
    row(
      'policy-age',
      'the version that the version of a protected alias was copied from is younger than `require.min-age`, or its age is not known: where its time of registration cannot be read, it is at least as old as its copy',
      'It was promoted past the policy, or before the policy was made stricter.',
      'Let the alias name an older version, or wait until this one is old enough.',
    ),
  ],
  find: (audited, { byPolicy, rules, names, now }) =>
    byPolicy === undefined
      ? []
      : ofEachVersion(audited, ({ alias, version, origin }) => {
          if (version === undefined || !isProtected(byPolicy, alias.alias, rules)) return [];
          const subject = formatModelUri(version.name, version.version);
          const facts = {
            subject,
            tags: version.tags,
            origin: origin === undefined ? null : origin.read,
            now,
          };
          return versionFindings(byPolicy.require, facts, names);
        }),
};

function row(code: string, meaning: string, cause: string, fix: string): FindingKind {
  return { code, severity: 'error', needs: 'policy', meaning, cause, fix };
}
