import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One text of several: each part of a bundle lists the licences of its own packages, and a package that two parts have
 * code of is in both. A package begins with a line of its name. Throws where one of `packages` has no licence.
 */
export function joinLicenses(texts: readonly string[], packages: ReadonlySet<string>, root: string): string {
  const isPackage = (line: string) => packages.has(line) || isInstalled(line, root);
  const licenses = new Map(texts.flatMap((text) => [...licensesOf(text, isPackage)]));
  const missing = [...packages].filter((name) => !licenses.has(name));
  if (missing.length > 0)
    throw new Error(`The licences of these packages are missing: ${missing.join(', ')}`);
  return [...licenses.keys()]
    .sort()
    .map((name) => `${licenses.get(name) ?? ''}\n`)
    .join('\n');
}

function licensesOf(text: string, isPackage: (line: string) => boolean): Map<string, string> {
  const licenses = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    if (isPackage(line)) current = line;
    licenses.set(current, `${licenses.has(current) ? `${licenses.get(current) ?? ''}\n` : ''}${line}`);
  }
  licenses.delete('');
  return new Map([...licenses].map(([name, license]) => [name, license.trim()]));
}

function isInstalled(line: string, root: string): boolean {
  return (
    /^(?:@[\w.-]+\/)?[\w.-]+$/u.test(line) && existsSync(join(root, 'node_modules', line, 'package.json'))
  );
}
