import { writeFile } from 'node:fs/promises';
import { messageOf, PromoteError } from '../src/domain/errors.ts';
import { faultText } from '../src/domain/input-fault.ts';
import { escapeLogLine } from '../src/report/log-text.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { readOptions, USAGE } from './options.ts';
import { runSuite } from './suite.ts';

const print = (line: string): void => {
  console.log(escapeLogLine(line));
};

async function main(): Promise<0 | 1 | 2> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return 0;
  }
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(1);
    print('Interrupted: deleting the scratch models. Press Ctrl-C again to keep them.');
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const { exitCode, report } = await runSuite({
      options,
      environment: process.env,
      clock: systemClock,
      random: Math.random,
      signal: interrupt.signal,
      print,
    });
    if (report !== undefined) {
      await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
      print(
        `Report: ${options.report}. It contains no secret, host, principal or name of yours. Read it, then send it.`,
      );
    }
    return exitCode;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function complain(error: unknown): 1 {
  const { faults = [], fix } = error instanceof PromoteError ? error.details : {};
  print(`Error: ${messageOf(error)}`);
  if (faults.length > 1) for (const fault of faults) print(`  ${faultText(fault)}`);
  else if (fix !== undefined) print(`  ${fix}`);
  return 1;
}

process.exitCode = await main().catch(complain);
