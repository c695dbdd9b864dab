import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type MetastoreSnapshot,
  type RequestRecord,
} from '../../emulator/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import type { CheckCommand, RunCommand } from '../../src/actions/contract/context.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import type { System } from '../../src/runtime/system/system.ts';
import type { Annotation } from '../../src/report/annotations.ts';
import { reportSchema, type Report } from '../../src/report/report.ts';
import { readSummary, type SeenBlock } from '../../scripts/read-summary.ts';
import { requestPhases } from '../../bench/request-chains.ts';
import { watchSecrets } from './leaks.ts';
import { recordingRunner, requireNoLeakOf } from './recording-runner.ts';
import { inputVariable, variablesOfDefaults } from './runner-inputs.ts';

/** What a test says of one run beside its inputs. */
export interface RunOptions {
  /** Default: the demo's promoter. */
  readonly token?: string;
  /** `fake`, the default, sleeps without waiting and counts; `real` waits. */
  readonly clock?: 'fake' | 'real';
  readonly environment?: Readonly<Record<string, string>>;
  readonly runCommand?: RunCommand;
  readonly checkCommand?: CheckCommand;
  /** What runs the job; default: GitHub Actions. */
  readonly system?: System;
  /** Default: the emulator's. */
  readonly host?: string;
  /** What must be left behind nowhere, beside token and host. */
  readonly secrets?: readonly string[];
  /** Looks at the files that the run left, before they are gone. */
  readonly ended?: (run: ActionRun) => Promise<unknown>;
  /** Addresses that links of the summary may have, each once, although they name the host. */
  readonly links?: readonly string[];
}

/** Everything that a run left behind. */
export interface ActionRun {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The summary as a reader sees it. */
  readonly blocks: readonly SeenBlock[];
  /** The first line of the log: outcome, verdict, and what was not checked. */
  readonly verdict: string;
  /** Every line that was printed, log lines of any level included. */
  readonly log: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly state: Readonly<Record<string, string>>;
  readonly exitCode: 0 | 1 | undefined;
  readonly masked: readonly string[];
  /** Milliseconds of each sleep, under the fake clock. */
  readonly slept: readonly number[];
  /** The requests of this run, written for an inline expectation: see {@link requestPhases}. */
  readonly requests: readonly string[];
  readonly records: readonly RequestRecord[];
  readonly report: Report;
  /** The text of the file that the output `sarif-file` names; undefined where there is none. */
  readonly sarif: string | undefined;
  readonly before: MetastoreSnapshot;
  readonly after: MetastoreSnapshot;
}

/** An emulator and a way to run actions against it. */
export interface ActionBench {
  readonly emulator: Emulator;
  readonly run: (
    action: Action,
    inputs: Readonly<Record<string, string>>,
    options?: RunOptions,
  ) => Promise<ActionRun>;
}

/** Tokens of the demo world. */
export const TOKENS = {
  promoter: 'emulator-promoter',
  trainer: 'emulator-trainer',
  reader: 'emulator-reader',
  admin: 'emulator-admin',
} as const;

/** Starts an emulator, with the demo's world unless said otherwise; it closes when the test ends. */
export async function world(options: EmulatorOptions = {}): Promise<ActionBench> {
  const emulator = await startEmulator({ seed: 'demo', ...options });
  onTestFinished(() => emulator.close());
  return { emulator, run: (action, inputs, runOptions) => runIn(emulator, action, inputs, runOptions) };
}

/**
 * Runs an action in this process as a job would. Throws when a secret stands in anything that it left behind, or the
 * host, which many keep as a secret; and when the emulator saw a request that no registry knows. So every test of an
 * action tests these too.
 */
async function runIn(
  emulator: Emulator,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<ActionRun> {
  const token = options.token ?? TOKENS.promoter;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-test-'));
  const before = emulator.state();
  const first = emulator.requests.length;
  try {
    const environment = {
      ...variablesOfDefaults(action.name),
      ...JOB,
      RUNNER_TEMP: folder,
      DATABRICKS_HOST: options.host ?? emulator.url,
      DATABRICKS_TOKEN: token,
      ...storeAddresses(emulator),
      ...options.environment,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
    };
    const secrets = watchSecrets(emulator);
    const { runner, seen } = recordingRunner({ ...options, environment });
    await runAction(action, runner);
    const reportText = await readFile(seen.outputs['report'] ?? '', 'utf8');
    const sarifFile = seen.outputs['sarif-file'];
    const sarif = sarifFile === undefined ? undefined : await readFile(sarifFile, 'utf8');
    requireNoLeakOf({ ...seen, summary: withoutLinks(seen.summary, options.links) }, environment, {
      files: [reportText, sarif],
      ...secrets(),
      withheld: [new URL(options.host ?? emulator.url).host, ...(options.secrets ?? [])],
    });
    if (emulator.violations.length > 0) {
      throw new Error(`Requests that no registry knows: ${emulator.violations.join(' ')}`);
    }
    const records = emulator.requests.slice(first);
    const blocks = seen.summary === '' ? [] : readSummary(seen.summary);
    const ran: ActionRun = {
      ...seen,
      blocks,
      verdict: verdictOf(seen.log, action),
      requests: requestPhases(records),
      records,
      report: reportSchema.parse(JSON.parse(reportText)),
      sarif,
      before,
      after: emulator.state(),
    };
    await options.ended?.(ran);
    return ran;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A summary without the addresses of links that it may have; each is in it once. */
function withoutLinks(summary: string, links: readonly string[] = []): string {
  return links.reduce((left, link) => {
    const parts = left.split(`<a href="${link}">`);
    if (parts.length !== 2) throw new Error(`${parts.length - 1} links to ${link}`);
    return parts.join('');
  }, summary);
}

/** The line of the log that says how it ended, without the name of the action. */
function verdictOf(log: readonly string[], { name }: Action): string {
  const said = log.find((line) => / [a-z-]+: /u.test(line) && line.includes(` ${name}: `));
  return said?.replace(` ${name}: `, ' ') ?? '';
}

/** Variables that lead to the stores of an emulator in place of the clouds' own. */
function storeAddresses({ url }: Emulator): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: `${url}/object-store/s3`,
    AZURE_STORAGE_SERVICE_ENDPOINT: `${url}/object-store/azure`,
    STORAGE_EMULATOR_HOST: `${url}/object-store/google`,
  };
}

const JOB = {
  GITHUB_ACTIONS: 'true',
  // The emulator's address tells nothing of it: without this every run would ask first what it is.
  INPUT_REGISTRY: 'databricks',
  GITHUB_REPOSITORY: 'acme/models',
  GITHUB_RUN_ID: '4242',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_ACTOR: 'ada',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
} as const;
