import { formatModelUri } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import type { Finding } from '../../domain/decision.ts';
import type { AuditFamily } from './family.ts';
import { ofEachVersion } from './finding.ts';
import type { ComparedFiles } from './model.ts';

/** Whether the files behind an alias are those that were promoted. */
export const COMPARED_FILES: AuditFamily = {
  kinds: [
    {
      code: 'digest-differs',
      severity: 'error',
      needs: 'verify',
      meaning:
        'the files are not those that the version recorded: their `listing` digest is not that of the tag `uc_promote_listing` or, with `full`, their `content` digest is not that of `uc_promote_digest`',
      cause: 'Files were changed or lost after the copy, or somebody changed the tag.',
      fix: 'Put the version on hold, find out who wrote to its storage, and promote again.',
    },
    {
      code: 'digest-unrecorded',
      severity: 'warning',
      needs: 'verify',
      meaning: 'the version has no such tag, so that nothing can be compared',
      cause: 'It was not copied by uc-promote.',
      fix: 'Promote the version with uc-promote.',
    },
    {
      code: 'source-differs',
      severity: 'error',
      needs: 'verify',
      meaning:
        'the files of the version and of its source in the same metastore, named by `uc_promote_origin`, have different digests',
      cause: 'Files of one of them were changed after the copy.',
      fix: 'Find out which of the two was changed, and promote again.',
    },
    {
      code: 'source-unknown',
      severity: 'warning',
      needs: 'verify',
      meaning: 'the source in the same metastore does not exist any more, or cannot be read',
      cause: 'It was deleted, or the principal of the audit has no `EXECUTE` on it.',
      fix: 'Grant EXECUTE on the source, or keep the source of what is live.',
    },
  ],
  find: (audited) =>
    ofEachVersion(audited, ({ version, files }) =>
      version === undefined || files === undefined
        ? []
        : [
            ...recordFindings(formatModelUri(version.name, version.version), files),
            ...sourceFindings(formatModelUri(version.name, version.version), files),
          ],
    ),
};

function recordFindings(uri: string, { recorded }: ComparedFiles): Finding[] {
  if (recorded === 'equal') return [];
  if (recorded === 'unrecorded')
    return [
      {
        code: 'digest-unrecorded',
        severity: 'warning',
        message: `${uri} records no digest, so its files were compared with nothing that was recorded.`,
        fix: 'Promote the version with uc-promote.',
      },
    ];
  return [
    {
      code: 'digest-differs',
      severity: 'error',
      message: `The files of ${uri} are not those whose digest it records.`,
      fix: 'Put the version on hold, find out who wrote to its storage, and promote again.',
    },
  ];
}

function sourceFindings(uri: string, { source }: ComparedFiles): Finding[] {
  if (!('uri' in source)) return [];
  const origin = show(source.uri, 200);
  if (source.kind === 'unknown')
    return [
      {
        code: 'source-unknown',
        severity: 'warning',
        message: `The files of ${uri} could not be compared with its source ${origin}: ${show(source.why, 300)}`,
        fix: 'Grant EXECUTE on the source, or keep the source of what is live.',
      },
    ];
  return [
    {
      code: 'source-differs',
      severity: 'error',
      message: `The files of ${uri} are not those of its source ${origin}.`,
      fix: 'Find out which of the two was changed, and promote again.',
    },
  ];
}
