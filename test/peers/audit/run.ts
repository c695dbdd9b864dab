import { readFile } from 'node:fs/promises';
import type { Emulator } from '../../../emulator/index.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { runAction } from '../../../src/runtime/run-action.ts';
import { recordingRunner } from '../../actions/recording-runner.ts';
import { inputVariable, variablesOfDefaults } from '../../actions/runner-inputs.ts';

/** What an audit left behind, as others read it. */
export interface AuditLeft {
  /** All findings, by the report. */
  readonly findings: unknown;
  readonly sarif: unknown;
}

/** Runs audit-aliases from its sources in this process; `folder` takes its files. */
export async function runAudit(
  emulator: Emulator,
  inputs: Readonly<Record<string, string>>,
  folder: string,
): Promise<AuditLeft> {
  const { runner, seen } = recordingRunner({
    environment: {
      ...variablesOfDefaults(auditAliases.name),
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_RUN_ID: '4242',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'ada',
      GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/audit.yml@refs/heads/main',
      RUNNER_TEMP: folder,
      INPUT_REGISTRY: 'databricks',
      DATABRICKS_HOST: emulator.url,
      DATABRICKS_TOKEN: 'emulator-promoter',
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
    },
  });
  await runAction(auditAliases, runner);
  const read = async (output: string): Promise<unknown> =>
    JSON.parse(await readFile(seen.outputs[output] ?? '', 'utf8'));
  const report = reportSchema.parse(await read('report'));
  return { findings: JSON.parse(report.outputs['findings'] ?? ''), sarif: await read('sarif-file') };
}
