import type { InputFault } from '../domain/errors.ts';
import { OWN_TAG_PREFIX, TAG_KEYS } from '../domain/tag-keys.ts';
import { show, type Parsed } from '../domain/text.ts';
import { parsed } from './fields.ts';

/** Our own records may not be written by hand; only a hold may be set or taken away. */
function isRecord(key: string): boolean {
  return key.startsWith(OWN_TAG_PREFIX) && key !== TAG_KEYS.hold;
}

/** A key of the platform's deployment jobs: a tag with it approves a job that runs as the owner (uc-protocol §14.2). */
export function isApproval(key: string): boolean {
  return /^approval/iu.test(key);
}

/** Key of a status tag that an action writes by itself: neither a record of ours, nor a hold, nor an approval. */
export const statusKey = parsed((text): Parsed<string> => {
  const key = text.trim();
  const fix = 'Choose another key, such as validation_status.';
  if (key.startsWith(OWN_TAG_PREFIX)) {
    return { ok: false, problem: `"${show(key, 60)}" is a record of this tool.`, fix };
  }
  return isApproval(key)
    ? {
        ok: false,
        problem: `"${show(key, 60)}" approves a deployment job, which runs as the owner of the model.`,
        fix,
      }
    : { ok: true, value: key };
});

/** What is wrong with writing a key; approvals are right where they are allowed. */
export function tagKeyFaults(input: string, key: string, approvalsAllowed: boolean): InputFault[] {
  if (isApproval(key) && !approvalsAllowed) {
    return [
      {
        input,
        problem: `"${show(key, 60)}" begins with "approval": such a tag approves a deployment job, which runs as the owner of the model.`,
        fix: 'If that is meant, set allow-approval-tags: true.',
      },
    ];
  }
  return isRecord(key)
    ? [{ input, problem: `"${show(key, 60)}" is a record of this tool.`, fix: 'Choose another key.' }]
    : [];
}
