import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { badWorkflow } from './workflow-texts.ts';

const response = z.array(
  z.object({
    ident: z.string(),
    ignored: z.boolean(),
    locations: z.array(
      z.object({
        symbolic: z.object({ key: z.object({ Local: z.object({ verbatim_path: z.string() }) }) }),
        concrete: z.object({ location: z.object({ start_point: z.object({ row: z.int() }) }) }),
      }),
    ),
  }),
);

const name = 'zizmor';

/** zizmor's strictest audit, offline, over our actions and workflows: each finding is mended, or has a reason beside it. */
export async function* zizmor({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-zizmor-'));
  const findings = async (target: string): Promise<string[]> => {
    const args = ['--offline', '--no-exit-codes', '--quiet', '--persona=auditor', '--format=json', target];
    const options = { cwd: root, env: childEnvironment({ HOME: folder }), timeoutMs: 60_000 };
    const result = await runChild(join(dirname(python), 'zizmor'), args, options);
    if (result.code !== 0) throw new Error(`zizmor: ${lastLines(result.stderr)}`);
    return response
      .parse(JSON.parse(result.stdout))
      .filter(({ ignored }) => !ignored)
      .map(({ ident, locations: [place] }) => {
        const line = (place?.concrete.location.start_point.row ?? 0) + 1;
        return `${place?.symbolic.key.Local.verbatim_path ?? ''}:${line} ${ident}`;
      });
  };
  try {
    yield await check(`${name}: finds the injection of a bad workflow`, async () => {
      const file = join(folder, 'bad.yml');
      await writeFile(file, badWorkflow);
      const found = (await findings(file)).join(', ');
      if (!found.includes('template-injection')) throw new Error(`found only ${found}`);
      return '';
    });
    yield await check(`${name}: nothing to say of any action or workflow`, async () => {
      same(await findings('.'), [], 'findings');
      return 'persona auditor';
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  yield await check(`${name}: whatever is ignored has a reason`, async () => {
    const marks = await exceptions();
    same(
      marks.filter(({ reason }) => !reason).map(({ where }) => where),
      [],
      'exceptions without a reason',
    );
    return `${marks.length} exceptions`;
  });
}

/** The places where a judge of workflows is told to look away: comments in workflows, and the rules of `.github/zizmor.yml`. */
async function exceptions(): Promise<{ where: string; reason: boolean }[]> {
  const config = await readFile(join(root, '.github/zizmor.yml'), 'utf8');
  const rules = [...config.matchAll(/^ {2}([\w-]+):\n((?: {4}.*\n?)+)/gmu)];
  const workflows = join(root, '.github/workflows');
  const files = await readdir(workflows);
  const marks = files.map(async (file) => {
    const text = await readFile(join(workflows, file), 'utf8');
    const found = text.matchAll(/(?:zizmor: ignore\[[\w,-]+\]|shellcheck disable=\S+)(.*)/gu);
    return [...found].map(([mark, after = '']) => ({ where: `${file}: ${mark}`, reason: /\w/u.test(after) }));
  });
  return [
    ...rules.map(([, rule, block = '']) => ({
      where: `zizmor.yml: ${rule ?? ''}`,
      reason: /# \S/u.test(block),
    })),
    ...(await Promise.all(marks)).flat(),
  ];
}
