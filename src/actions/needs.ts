import { PromoteError } from '../domain/errors.ts';
import type { Capabilities } from '../registry/port.ts';

/** What of a registry an action is about: without it the action has nothing to do. */
export const NEEDS = ['files', 'aliases', 'tags', 'grants'] as const;

/** One entry of {@link NEEDS}. */
export type Need = (typeof NEEDS)[number];

const WORDS: Readonly<Record<Need, string>> = {
  files: 'files of versions that could be read through it',
  aliases: 'aliases',
  tags: 'tags',
  grants: 'grants that could be read',
};

/** Whether a registry has what is needed. */
export function has(capabilities: Capabilities, need: Need): boolean {
  switch (need) {
    case 'files':
      return capabilities.files;
    case 'aliases':
      return capabilities.aliases !== 'none';
    case 'tags':
      return capabilities.tags !== 'none';
    case 'grants':
      return capabilities.grants !== 'none';
  }
}

/** Throws `unsupported`, naming everything that a registry lacks of what `subject` needs. */
export function requireNeeds(subject: string, needs: readonly Need[], capabilities: Capabilities): void {
  const lacking = needs.filter((need) => !has(capabilities, need)).map((need) => WORDS[need]);
  if (lacking.length === 0) return;
  throw new PromoteError(`${subject} cannot run here: this registry has no ${lacking.join(', no ')}.`, {
    code: 'unsupported',
    outcome: 'unsupported',
    fix: 'Leave this step out for such a registry; docs/registries.md says what each one has.',
  });
}
