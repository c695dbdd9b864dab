import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports.ts';

/** Every policy file that the documentation shows. */
export function documentedPolicies(): string[] {
  const page = readFileSync(join(ROOT, 'docs/policy-file.md'), 'utf8');
  return [...page.matchAll(/^```yaml\n(?<text>.*?)^```$/gmsu)]
    .map(({ groups }) => groups?.['text'] ?? '')
    .filter((text) => /^version:/mu.test(text));
}
