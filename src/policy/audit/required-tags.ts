import { formatModelUri } from '../../domain/model-uri.ts';
import { decideRequiredTags } from '../version.ts';
import type { AuditFamily } from './family.ts';
import { ofEachVersion } from './finding.ts';

/** Whether the version of an alias has the tags that it must have. */
export const REQUIRED_TAGS: AuditFamily = {
  kinds: [
    {
      code: 'required-tag',
      severity: 'error',
      needs: 'require',
      meaning: 'the version of the alias lacks a tag of `require`, or has it with another value',
      cause: 'Nobody approved the version, or the approval was withdrawn.',
      fix: 'Set the tag after the version has been reviewed, or move the alias.',
    },
  ],
  find: (audited, { required }) =>
    ofEachVersion(audited, ({ version }) =>
      version === undefined
        ? []
        : decideRequiredTags(formatModelUri(version.name, version.version), version.tags, required).findings,
    ),
};
