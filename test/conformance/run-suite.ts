import { readOptions, type Options } from '../../conformance/options.ts';
import type { Report } from '../../conformance/report.ts';
import { runSuite } from '../../conformance/suite.ts';
import { scratchWorkspace } from '../../emulator/seeds/scratch-workspace.ts';
import type { Clock } from '../../src/domain/ports.ts';

/** The scratch schemas of the tests. */
export const SCHEMA = 'labs.scratchpad';
export const SECOND_SCHEMA = 'labs.scratchpad_two';

/** The variables of both principals and of the expired token. */
export const ENVIRONMENT = {
  DATABRICKS_TOKEN: 'emulator-first',
  SECOND_DATABRICKS_TOKEN: 'emulator-second',
  EXPIRED_DATABRICKS_TOKEN: 'emulator-expired',
};

const ALL = [
  ...['--schema', SCHEMA],
  ...['--second-schema', SECOND_SCHEMA],
  ...['--nested-group', 'wide group'],
  ...['--deployment-job', '77'],
  ...['--shared-version', 'partner.published.forecast/1'],
  ...['--warehouse', 'a1b2c3d4e5f60718'],
  ...['--job', scratchWorkspace.job],
  ...['--hidden-job', scratchWorkspace.hiddenJob],
  ...['--endpoint', scratchWorkspace.endpoint],
  ...['--hidden-endpoint', scratchWorkspace.hiddenEndpoint],
];

/** Models of the world that are not the suite's. */
export const OTHERS = ['labs.neighbours.secret_project', 'partner.published.forecast'];

/** Time that passes only in sleeps. */
function quickClock(): Clock {
  let slept = 0;
  return {
    now: () => Date.now() + slept,
    async sleep(ms) {
      slept += ms;
    },
  };
}

/** What a run of the suite printed and reported. */
export interface Ran {
  readonly exitCode: number;
  readonly report: Report;
  readonly lines: readonly string[];
  readonly text: string;
}

/** Runs the suite in this process, on every option that needs no large file, or with the given arguments alone. */
export async function runAgainst(
  url: string,
  args: readonly string[] = [],
  { environment = ENVIRONMENT, signal = new AbortController().signal, base = ALL }: Partial<Running> = {},
): Promise<Ran> {
  const options = readOptions(['--host', url, '--yes', ...base, ...args]) as Options;
  const lines: string[] = [];
  const clock = quickClock();
  const { exitCode, report } = await runSuite({
    options,
    environment,
    clock,
    random: Math.random,
    signal,
    print: (line) => void lines.push(line),
  });
  if (report === undefined) throw new Error(lines.join('\n'));
  return { exitCode, report, lines, text: lines.join('\n') };
}

interface Running {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly base: readonly string[];
}
