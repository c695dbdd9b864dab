import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLACEHOLDER } from './owner.ts';

const HELP = `Writes the owner of this repository into every example: README, docs, workflows.

npm run set-owner -- OWNER

  OWNER   the account on GitHub that publishes this repository; the word ${PLACEHOLDER} takes a name out again

It is kept as "repository" in package.json, from where npm run generate takes it.`;

/** GitHub's rule for the names of accounts: letters, digits and single hyphens between them, at most 39 characters. */
const ACCOUNT = /^(?=.{1,39}$)[a-z\d]+(?:-[a-z\d]+)*$/iu;

function setOwner(root: string, owner: string): void {
  if (!ACCOUNT.test(owner)) {
    throw new Error(`"${owner}" is not the name of an account on GitHub. Give one, such as my-org.`);
  }
  const path = join(root, 'package.json');
  const manifest = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as object);
  const others = manifest.filter(([key]) => key !== 'repository');
  const after = others.findIndex(([key]) => key === 'license') + 1;
  const named: [string, unknown][] =
    owner === PLACEHOLDER ? [] : [['repository', `github:${owner}/uc-promote`]];
  const entries = others.toSpliced(after, 0, ...named);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  execFileSync(process.execPath, [join(root, 'scripts/generate.ts')], { stdio: 'inherit' });
}

const [owner, ...others] = process.argv.slice(2);
if (owner === undefined || owner === '--help' || others.length > 0) console.log(HELP);
else {
  try {
    setOwner(dirname(dirname(fileURLToPath(import.meta.url))), owner);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
