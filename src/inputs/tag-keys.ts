import type { InputFault } from '../domain/input-fault.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { isApprovalTag, isModelHoldKey, isOwnTag, isSameKey, TAG_KEYS } from '../domain/tag-keys.ts';
import { parsed } from './fields.ts';

/** Our own records may not be written by hand; only a hold may be set or taken away. */
function isRecord(key: string): boolean {
  return isOwnTag(key) && !isSameKey(key, TAG_KEYS.hold);
}

/** Key of a status tag that an action writes by itself: neither a record of ours, nor a hold, nor an approval. */
export const statusKey = parsed((text): Parsed<string> => {
  const key = text.trim();
  const fix = 'Choose another key, such as validation_status.';
  if (isOwnTag(key)) {
    return { ok: false, problem: `"${show(key, 60)}" is reserved for the records of uc-promote.`, fix };
  }
  return isApprovalTag(key)
    ? {
        ok: false,
        problem: `a tag "${show(key, 60)}" approves a deployment job, which runs as the owner of the model.`,
        fix,
      }
    : { ok: true, value: key };
});

/** What is wrong with writing a key; approvals are right where they are allowed. */
export function tagKeyFaults(input: string, key: string, approvalsAllowed: boolean): InputFault[] {
  if (isApprovalTag(key) && !approvalsAllowed) {
    return [
      {
        input,
        problem: `"${show(key, 60)}" begins with "approval", and such a tag approves a deployment job, which runs as the owner of the model.`,
        fix: 'To allow this, set allow-approval-tags: true.',
      },
    ];
  }
  // A hold whose version is gone can be named by its key alone.
  const isLifted = input === 'remove-tags' && isModelHoldKey(key);
  return isRecord(key) && !isLifted
    ? [
        {
          input,
          problem: `"${show(key, 60)}" is reserved for the records of uc-promote.`,
          fix: 'Choose another key.',
        },
      ]
    : [];
}
