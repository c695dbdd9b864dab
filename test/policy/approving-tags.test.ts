import { expect, test } from 'vitest';
import { approvingTags } from '../../src/policy/tags.ts';

const DEFAULT = ['approved'];

test.each([
  ['the status', 'validation_status', 'approved', DEFAULT, true],
  ['another key', 'review_state', 'approved', DEFAULT, true],
  ['a key in another case', 'Validation_Status', 'approved', DEFAULT, true],
  ['a value in another case', 'validation_status', 'APPROVED', DEFAULT, true],
  ['a word in another case', 'validation_status', 'green', ['Green'], true],
  ['a value with blanks around it', 'validation_status', ' approved ', DEFAULT, true],
  ['another word of the list', 'validation_status', 'blue', ['green', 'blue'], true],
  ['a rejection', 'validation_status', 'rejected', DEFAULT, false],
  ['a word that only holds it', 'validation_status', 'not approved', DEFAULT, false],
  ['nothing', 'validation_status', '', DEFAULT, false],
  ['a word that is not in the list', 'validation_status', 'approved', ['green'], false],
  ['the platform’s word under a key of a deployment job', 'approval_check', 'Approved', ['green'], true],
  ['another word there', 'approval_check', 'rejected', ['green'], false],
] as const)('%s: %s=%s among %j approves: %s', (_title, key, value, approving, expected) => {
  const set = [
    { key: 'team', value: 'risk' },
    { key, value },
  ];
  expect(approvingTags(set, approving)).toEqual(expected ? [{ key, value }] : []);
});
