import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmulator } from '../emulator/index.ts';
import { playScene } from './demo-play.ts';
import { print, printFull, printPart, printShort } from './demo-print.ts';
import { stateLines } from './demo-state.ts';
import { STORY } from './demo-story.ts';

const HELP = `Plays a promotion from staging to prod on an embedded Unity Catalog on this machine.

npm run demo -- [options]

  --full   print everything: log, summary, outputs and registry of each step (default: a few lines a step)
  --help   print this

It ends by itself, with exit code 1 where a step does not end as expected.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { full: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return console.log(HELP);
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-demo-'));
  const emulator = await startEmulator({ seed: 'demo' });
  const faults: string[] = [];
  try {
    print(['From staging to prod, on an embedded Unity Catalog'], 'bold');
    if (values.full)
      print([`Registry: ${emulator.url}   Node ${process.versions.node}   Files of the steps: ${folder}`]);
    const start = emulator.state();
    printPart('Registry before', stateLines(start));
    for (const [index, scene] of STORY.entries()) {
      const played = await playScene(scene, index + 1, emulator, folder);
      (values.full ? printFull : printShort)(played);
      faults.push(...played.faults.map((fault) => `Step ${played.number}, ${scene.title}: ${fault}`));
    }
    if (values.full) printPart('Registry after', stateLines(emulator.state()));
    faults.push(
      ...emulator.violations.map((violation) => `A request that no registry supports: ${violation}`),
    );
  } finally {
    await emulator.close();
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  print(['', `Summaries, outputs and reports of each step: ${folder}`]);
  if (!values.full)
    print(['Everything at length: npm run demo -- --full   A model of your own: docs/emulator.md']);
  if (faults.length === 0) {
    print([`All ${STORY.length} steps ended as expected, in ${seconds} s.`], ['bold', 'green']);
    return;
  }
  print([`Not as expected, after ${seconds} s:`, ...faults.map((fault) => `- ${fault}`)], 'red');
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
