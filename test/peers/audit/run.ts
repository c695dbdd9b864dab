import { readFile } from 'node:fs/promises';
import type { Emulator } from '../../../emulator/index.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { runAction } from '../../../src/runtime/run-action.ts';
import { recordingRunner, requireNoLeakOf } from '../../actions/recording-runner.ts';
import { inputVariable, variablesOfDefaults } from '../../actions/runner-inputs.ts';

/** What an audit left behind, as others read it. */
export interface AuditLeft {
  /** All findings, by the report. */
  readonly findings: unknown;
  readonly sarif: unknown;
}

/** Runs audit-aliases from its sources in this process; `folder` takes its files, and `more` are further variables. */
export async function runAudit(
  emulator: Emulator,
  inputs: Readonly<Record<string, string>>,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<AuditLeft> {
  const environment = {
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
    ...more,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
  };
  const { runner, seen } = recordingRunner({ environment });
  await runAction(auditAliases, runner);
  const textOf = (output: string) => readFile(seen.outputs[output] ?? '', 'utf8');
  const [report, sarif] = await Promise.all([textOf('report'), textOf('sarif-file')]);
  requireNoLeakOf(seen, environment, { files: [report, sarif], withheld: [new URL(emulator.url).host] });
  const { outputs } = reportSchema.parse(JSON.parse(report));
  return { findings: JSON.parse(outputs['findings'] ?? ''), sarif: JSON.parse(sarif) };
}
