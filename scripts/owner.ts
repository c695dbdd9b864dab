import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What the examples name while nobody has said who publishes this repository. */
export const PLACEHOLDER = 'OWNER';

const manifest = z.object({
  repository: z
    .string()
    .regex(/^github:[^/]+\/uc-promote$/u)
    .optional(),
});

/** Who the examples name as the owner of this repository: that of `repository` in package.json, else the placeholder. */
export function ownerIn(root: string): string {
  const { repository } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return repository?.slice('github:'.length, repository.indexOf('/')) ?? PLACEHOLDER;
}

const NAMED = /(?<=^|[\s`'"(:]|github\.com\/)[A-Za-z\d][A-Za-z\d-]*(?=\/uc-promote(?:[@/`'"\s).,]|$))/gmu;

/** The text with this owner wherever it names the repository as `owner/uc-promote`. */
export function withOwner(text: string, owner: string): string {
  return text.replaceAll(NAMED, owner);
}

/** What the README says of the name that stands in its examples. */
export function ownerSentence(owner: string): string {
  const command = '`npm run set-owner -- my-org`';
  return owner === PLACEHOLDER
    ? `\`${PLACEHOLDER}\` in the examples is the account that publishes this repository, such as that of your fork. ${command} writes it into every example.`
    : `The examples name \`${owner}\` as the account that publishes this repository. In a fork, ${command} writes another one into every example.`;
}
