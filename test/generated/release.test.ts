import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../imports.ts';

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
      outputs: z.record(z.string(), z.string()).optional(),
      if: z.string().optional(),
    }),
  ),
});

const read = (name: string) =>
  workflow.parse(parse(readFileSync(join(ROOT, '.github/workflows', name), 'utf8')));

/** The script of a step of the release, by the beginning of its name. */
function script(begins: string): string {
  const steps = Object.values(read('release.yml').jobs).flatMap((job) => job.steps);
  const found = steps.find(({ name }) => name?.startsWith(begins) === true)?.run;
  if (found === undefined) throw new Error(`No step begins with ${begins}.`);
  return found;
}

/** Runs a step as the runner does, with a `gh` that answers by the given lines of shell; answers the calls it took. */
function runStep(text: string, tag: string, responses: string): { calls: string[]; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const gh = join(folder, 'gh');
  writeFileSync(gh, `#!/bin/bash\necho "$*" >>"${folder}/calls"\n${responses}\n`);
  chmodSync(gh, 0o755);
  mkdirSync(join(folder, 'release'));
  writeFileSync(join(folder, 'release/dist.sha256'), '');
  writeFileSync(join(folder, 'CHANGELOG.md'), '# Changelog\n\n## 1.2.4\n\n- mended\n\n## 1.2.3\n\n- old\n');
  writeFileSync(join(folder, 'step.sh'), text);
  const stdout = execFileSync('bash', ['-e', 'step.sh'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      GITHUB_REF_NAME: tag,
      GITHUB_SHA: 'c0ffee',
      REPOSITORY: 'o/r',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { calls: readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n'), stdout };
}

describe('the tag of the major version', () => {
  const withTags = (...tags: string[]) =>
    `case "$*" in *matching-refs*) printf '%s\\n' ${tags.map((tag) => `refs/tags/${tag}`).join(' ')};; esac`;
  const move = (tag: string, ...tags: string[]) =>
    runStep(script('Move the tag'), tag, withTags(...tags)).calls.filter((call) => call.includes('PATCH'));

  test('follows the newest release', () => {
    expect(move('v1.10.0', 'v1.2.3', 'v1.9.9', 'v1.10.0')).toEqual([
      'api -X PATCH repos/o/r/git/refs/tags/v1 -f sha=c0ffee -F force=true',
    ]);
  });

  test('never goes back: a patch of an older line, an old run started again', () => {
    expect(move('v1.2.4', 'v1.2.3', 'v1.2.4', 'v1.10.0')).toEqual([]);
  });

  test('looks at releases only', () => {
    expect(move('v1.2.4', 'v1.2.4', 'v1.3.0-rc.1', 'v1.x')).toHaveLength(1);
  });

  test('stays when the tags cannot be read, and the step fails', () => {
    expect(() => runStep(script('Move the tag'), 'v1.2.4', 'exit 1')).toThrow();
  });
});

describe('a release', () => {
  const publish = (view: string) =>
    runStep(script('Draft'), 'v1.2.4', `case "$*" in *view*) ${view};; esac`).calls.slice(1);

  test('is drafted with its part of the changelog, filled, published', () => {
    const calls = publish('exit 1').join('\n');
    expect(calls).toContain('release create v1.2.4 --repo o/r --verify-tag --draft --title v1.2.4 --notes');
    expect(calls).toContain('- mended');
    expect(calls).not.toContain('- old');
    expect(calls).toContain('release edit v1.2.4 --repo o/r --draft=false');
  });

  test('that broke off as a draft is filled again and published', () => {
    expect(publish('echo true')).toEqual([
      'release upload v1.2.4 --repo o/r --clobber release/dist.sha256',
      'release edit v1.2.4 --repo o/r --draft=false',
    ]);
  });

  test('that was published is left as it is', () => {
    expect(publish('echo false')).toEqual([]);
  });
});

test('the gate applies the plan that the reviewer saw, and counts only approvals with its code', () => {
  const text = readFileSync(join(ROOT, '.github/workflows/example-release-gate.yml'), 'utf8');
  expect(read('example-release-gate.yml').jobs['plan']?.outputs).toMatchObject({
    plan: '${{ steps.plan.outputs.plan }}',
    'plan-digest': '${{ steps.plan.outputs.plan-digest }}',
  });
  expect(text).toContain('expected-digest: ${{ needs.plan.outputs.plan-digest }}');
  expect(text).toContain('require-plan-code: true');
});

test.each(readdirSync(join(ROOT, '.github/workflows')).filter((name) => name.startsWith('example-')))(
  '%s is never skipped for want of a variable, which would pass for ever where that is misspelt',
  (file) => {
    // Without a plan there is nothing to apply; one that GitHub dropped has its digest still.
    for (const job of Object.values(read(file).jobs))
      expect([undefined, "needs.plan.outputs.plan-digest != ''"]).toContain(job.if);
    expect(readFileSync(join(ROOT, '.github/workflows', file), 'utf8')).not.toMatch(/\bvars\.\w+\s*[!=]=/u);
  },
);
