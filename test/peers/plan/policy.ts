import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { COPY, NAME, PLAN } from '../../plan/sample-plan.ts';
import { buildGoTool } from '../harness/go-tools.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';

const SUITE = 'plan policy';

const alias = { kind: 'alias', name: NAME, alias: 'Champion', from: 6, to: 8 };
const status = { kind: 'tag', target: COPY, key: 'validation_status', was: 'approved' };
const run = PLAN.run;

/** Plans that the policy of the page refuses, each by what is wrong with it, and a word of the rule that says so. */
const REFUSED: Readonly<Record<string, readonly [plan: object, word: string]>> = {
  'a kind of change that it does not know': [
    { ...PLAN, changes: [{ ...alias, kind: 'serving' }] },
    'does not know',
  ],
  'a change without a kind': [{ ...PLAN, changes: [{ ...alias, kind: undefined }] }, 'does not know'],
  'a model of another schema': [
    { ...PLAN, changes: [{ ...alias, name: { ...NAME, schema: 'finance' } }] },
    'outside',
  ],
  'a change without a model': [{ ...PLAN, changes: [{ ...alias, name: undefined }] }, 'outside'],
  'another alias': [{ ...PLAN, changes: [{ ...alias, alias: 'Prod' }] }, 'another alias'],
  'a change without an alias': [{ ...PLAN, changes: [{ ...alias, alias: undefined }] }, 'another alias'],
  'a deletion of the alias': [{ ...PLAN, changes: [{ ...alias, to: null }] }, 'deletes'],
  'no status in the basis': [
    { ...PLAN, basis: PLAN.basis.filter((fact) => fact.kind !== 'tag') },
    'approved status',
  ],
  'a status that is another one': [{ ...PLAN, basis: [{ ...status, was: 'pending' }] }, 'approved status'],
  'the status of another version': [
    { ...PLAN, basis: [{ ...status, target: { ...COPY, version: 7 } }] },
    'approved status',
  ],
  'a workflow of another branch': [
    { ...PLAN, run: { ...run, workflowRef: run.workflowRef.replace('/main', '/main-2') } },
    'on main',
  ],
  'a run without a workflow': [{ ...PLAN, run: {} }, 'on main'],
};

/** Inputs that are no plan of this schema: no rule names them, and still nothing allows them. */
const NOT_ALLOWED: Readonly<Record<string, unknown>> = {
  'a later schema': { ...PLAN, schemaVersion: 2 },
  'no changes': { ...PLAN, changes: [] },
  'an empty object': {},
  'a text': 'plan',
};

/** The policy of docs/plan-policy.md, as `opa eval` reads it. */
export async function* planPolicy({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  const tool = await startOptional(SUITE, () => buildGoTool('opa', 'github.com/open-policy-agent/opa'));
  if ('verdict' in tool) {
    yield tool;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-opa-'));
  try {
    const page = await readFile(join(root, 'docs/plan-policy.md'), 'utf8');
    const policy = /```rego\n(?<rego>[\s\S]*?)```/u.exec(page)?.groups?.['rego'];
    if (policy === undefined) throw new Error('docs/plan-policy.md has no policy');
    await writeFile(join(folder, 'plan.rego'), policy);
    const evaluate = async (plan: unknown, query: string) => {
      await writeFile(join(folder, 'plan.json'), JSON.stringify(plan));
      const args = [
        'eval',
        '--fail',
        '--data',
        'plan.rego',
        '--input',
        'plan.json',
        '--format',
        'raw',
        query,
      ];
      const env = childEnvironment({ HOME: folder });
      const result = await runChild(tool.command, args, { cwd: folder, env, timeoutMs: 30_000 });
      if (result.code === null || result.code > 1) throw new Error(`opa: ${lastLines(result.stderr)}`);
      return { code: result.code, text: result.stdout };
    };
    yield await check(`${SUITE}: allows a plan that moves Champion to an approved version`, async () => {
      const { code, text } = await evaluate(PLAN, 'data.uc_promote.allow');
      same(
        [code, text.trim()],
        [0, 'true'],
        `whether it is allowed, with ${(await evaluate(PLAN, 'data.uc_promote.deny')).text}`,
      );
      return '';
    });
    for (const [title, [plan, word]] of Object.entries(REFUSED)) {
      yield await check(`${SUITE}: refuses ${title}, and says why`, async () => {
        same((await evaluate(plan, 'data.uc_promote.allow')).code, 1, 'exit code');
        const { text } = await evaluate(plan, 'data.uc_promote.deny');
        if (!text.includes(word)) throw new Error(`says ${text.trim()}, not "${word}"`);
        return text.trim();
      });
    }
    for (const [title, plan] of Object.entries(NOT_ALLOWED)) {
      yield await check(`${SUITE}: does not allow ${title}`, async () => {
        same((await evaluate(plan, 'data.uc_promote.allow')).code, 1, 'exit code');
        return '';
      });
    }
    yield await check(`${SUITE}: a misspelt query allows nothing`, async () => {
      same((await evaluate(PLAN, 'data.uc_promote.alow')).code, 1, 'exit code');
      return '';
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
