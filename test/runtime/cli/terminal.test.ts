import { describe, expect, test } from 'vitest';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { CopyProgress } from '../../../src/transfer/progress.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';
import { commandLineRunner } from '../../../src/runtime/cli/runner.ts';
import { processWorld } from '../../../src/runtime/cli/world.ts';
import { redactingRunner, Redactor } from '../../../src/runtime/redactor.ts';
import { systemNamed } from '../../../src/runtime/system/choose.ts';

const MIB = 1024 * 1024;

/** A runner at a terminal, or at none, and what it has printed. */
function runnerAt(stderr: boolean, environment: Readonly<Record<string, string>> = {}) {
  let printed = '';
  let now = 0;
  const given = readArguments(setAlias, []);
  const runner = commandLineRunner({ given, inputs: new Map(), faults: [] }, systemNamed('none'), {
    ...processWorld(),
    environment,
    isTerminal: { stdin: false, stderr },
    stderr: (chunk) => void (printed += String(chunk)),
  });
  const clock = { now: () => now, sleep: async () => {} };
  return { runner, clock, pass: (ms: number) => void (now += ms), printed: () => printed };
}

/** Sends 30 MiB, one each half second. */
function copy(at: ReturnType<typeof runnerAt>, log = at.runner.log): void {
  const files = [{ path: 'model.pkl', size: 30 * MIB }];
  const progress = new CopyProgress(files, [], { clock: at.clock, log });
  for (let sent = 0; sent < 30; sent += 1) {
    at.pass(500);
    progress.addSent(MIB);
  }
}

/** What a terminal shows: a line that is cleared is gone. */
function shown(printed: string): string[] {
  return printed.split('\n').map((line) => line.split('\r\u001b[2K').at(-1) ?? '');
}

describe('how far a copy is', () => {
  test('at a terminal stands in one line, renewed each second, and is gone with the next line', () => {
    const at = runnerAt(true, { NO_COLOR: '1' });
    copy(at);
    expect(at.printed().split('\r\u001b[2K')).toHaveLength(16);
    expect(at.printed()).not.toContain('\n');
    expect(shown(at.printed())[0]).toMatch(/^0 of 1 files, 30\.0 MiB of 30\.0 MiB sent, 2\.0 MiB\/s in all/u);
    at.runner.print('✅ done');
    expect(shown(at.printed())).toEqual(['✅ done', '']);
  });

  test.each([
    ['elsewhere', false, {}],
    ['at a dumb terminal', true, { TERM: 'dumb' }],
  ] as const)('%s is a line each ten seconds', (_, isTerminal, environment) => {
    const at = runnerAt(isTerminal, environment);
    copy(at);
    expect(at.printed().split('\n')).toEqual([expect.stringMatching(/^0 of 1 files, 20\.0 MiB of/u), '']);
  });

  test('names nothing that is withheld, and nothing that a terminal obeys', () => {
    const at = runnerAt(true);
    const redactor = new Redactor();
    redactor.addSecret('hush-hush');
    const { log } = redactingRunner(at.runner, redactor);
    log.progress?.('hush-hush \u001b[2J of x');
    expect(at.printed()).not.toContain('hush-hush');
    expect(at.printed()).not.toContain('\u001b[2J');
    expect(at.printed()).toContain('of x');
  });
});
