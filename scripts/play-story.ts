import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulator, type Metastore } from '../emulator/index.ts';
import { playScene } from './demo-play.ts';
import { print, printFull, printPart, printShort } from './demo-print.ts';
import { stateLines } from './demo-state.ts';
import type { Scene } from './demo-story.ts';

/** A story that `npm run <name>` plays. */
export interface Play {
  readonly name: string;
  /** What it plays, a sentence of the help. */
  readonly about: string;
  readonly title: string;
  /** What there is before it begins. */
  readonly seed: 'demo' | ((metastore: Metastore) => void);
  readonly story: readonly Scene[];
  /** Where to go on from here. */
  readonly next: string;
}

/** Plays a story on an embedded Unity Catalog and prints it; exit code 1 where a step does not end as expected. */
export function playStory(play: Play): void {
  run(play).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

function helpOf({ name, about }: Play): string {
  return `${about}

npm run ${name} -- [options]

  --full   print everything: log, summary, outputs and registry of each step (default: a few lines a step)
  --help   print this

It exits with code 1 if a step does not end as expected.`;
}

async function run(play: Play): Promise<void> {
  const { values } = parseArgs({
    options: { full: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return console.log(helpOf(play));
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), `uc-promote-${play.name}-`));
  const faults = await perform(play, folder, values.full);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  print(['', `Summaries, outputs and reports of each step: ${folder}`]);
  if (!values.full) print([`Everything at length: npm run ${play.name} -- --full   ${play.next}`]);
  if (faults.length === 0) {
    print([`All ${play.story.length} steps ended as expected, in ${seconds} s.`], ['bold', 'green']);
    return;
  }
  print([`Not as expected, after ${seconds} s:`, ...faults.map((fault) => `- ${fault}`)], 'red');
  process.exitCode = 1;
}

/** Plays each scene; what is not as expected, a sentence each. */
async function perform({ title, seed, story }: Play, folder: string, full: boolean): Promise<string[]> {
  const emulator = await startEmulator({ seed });
  const faults: string[] = [];
  try {
    print([title], ['bold']);
    if (full)
      print([`Registry: ${emulator.url}   Node ${process.versions.node}   Files of the steps: ${folder}`]);
    printPart('Registry before', stateLines(emulator.state()));
    for (const [index, scene] of story.entries()) {
      const played = await playScene(scene, { number: index + 1, of: story.length }, emulator, folder);
      (full ? printFull : printShort)(played);
      faults.push(...played.faults.map((fault) => `Step ${index + 1}, ${scene.title}: ${fault}`));
    }
    if (full) printPart('Registry after', stateLines(emulator.state()));
    faults.push(
      ...emulator.violations.map((violation) => `A request that no registry supports: ${violation}`),
    );
  } finally {
    await emulator.close();
  }
  return faults;
}
