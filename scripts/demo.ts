import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { startEmulator, type Emulator, type MetastoreSnapshot } from '../emulator/index.ts';
import { changedLines, stateLines } from './demo-state.ts';
import { STORY, type Scene } from './demo-story.ts';
import { logLines, summaryLines, summaryText } from './demo-text.ts';
import { runStep, type StepRun } from './step-process.ts';

const PROMOTER = 'emulator-promoter';

type Style = Parameters<typeof styleText>[0];

/** Prints lines; colour only where the terminal has any (`NO_COLOR` and `FORCE_COLOR` are honoured). */
function print(lines: readonly string[], style?: Style, indent = ''): void {
  for (const line of lines) {
    const text = `${indent}${line}`.trimEnd();
    console.log(style === undefined ? text : styleText(style, text, { stream: process.stdout }));
  }
}

function part(title: string, lines: readonly string[], style?: Style): void {
  print(['', `  ${title}`], 'bold');
  print(lines, style, '    ');
}

/** What is not as the story says, one sentence each. */
function faultsOf(scene: Scene, run: StepRun, before: MetastoreSnapshot, after: MetastoreSnapshot): string[] {
  const faults: string[] = [];
  if (run.exitCode !== scene.exitCode) {
    faults.push(`Exit code ${String(run.exitCode)} instead of ${scene.exitCode}.`);
  }
  for (const [name, value] of Object.entries(scene.outputs)) {
    const seen = run.outputs[name];
    if (seen !== value) faults.push(`Output ${name} is ${seen ?? 'not set'} instead of ${value}.`);
  }
  const text = summaryText(run.summary);
  for (const words of scene.says) {
    if (!text.includes(words)) faults.push(`The summary does not say "${words}".`);
  }
  if (scene.after !== undefined) faults.push(...scene.after(after));
  else if (JSON.stringify(before) !== JSON.stringify(after)) faults.push('The registry has changed.');
  return faults;
}

function usesLines(scene: Scene): string[] {
  const name = scene.action === 'promote' ? '' : `/${scene.action}`;
  const inputs = Object.entries(scene.with).map(([key, value]) =>
    value.includes('\n') ? `    ${key}: "${value.replaceAll('\n', '\\n')}"` : `    ${key}: ${value}`,
  );
  return [`- uses: OWNER/uc-promote${name}@v1`, '  with:', ...inputs];
}

function outputLines(run: StepRun): string[] {
  return Object.entries(run.outputs).map(([name, value]) => {
    const line = value.replaceAll('\n', '\\n');
    return `${name}: ${line.length > 100 ? `${line.slice(0, 99)}…` : line}`;
  });
}

async function play(scene: Scene, number: number, emulator: Emulator, folder: string): Promise<string[]> {
  const before = emulator.state();
  const first = emulator.requests.length;
  const began = performance.now();
  const run = await runStep({
    action: scene.action,
    with: scene.with,
    host: emulator.url,
    token: scene.token ?? PROMOTER,
    folder: join(folder, `${String(number).padStart(2, '0')}-${scene.action}`),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const after = emulator.state();
  const requests = emulator.requests.slice(first);
  const writes = requests.filter(({ write, status }) => write && status < 400).length;

  print(['', '═'.repeat(100), `${number}/${STORY.length}  ${scene.title}`], ['bold', 'cyan']);
  print([`     ${scene.about}`], 'dim');
  part(`Step, as ${scene.token ?? PROMOTER}`, usesLines(scene), 'cyan');
  part('Log', logLines(run.log));
  part('Summary of the job', summaryLines(run.summary));
  print([`▸ folded on the page; full summary: ${run.summaryFile}`], 'dim', '    ');
  part('Outputs', outputLines(run));
  const same = JSON.stringify(before) === JSON.stringify(after);
  part(`Registry after ${requests.length} requests, ${writes} of them writes`, same ? ['unchanged'] : []);
  for (const line of same ? [] : changedLines(before, after)) {
    print([line], line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim', '    ');
  }
  const faults = faultsOf(scene, run, before, after);
  const ended = `exit code ${String(run.exitCode)}, outcome ${run.outputs['outcome'] ?? 'none'}, ${seconds} s`;
  if (faults.length === 0) print(['', `  ✓ as expected: ${ended}`], 'green');
  else print(['', `  ✗ not as expected: ${ended}`, ...faults.map((fault) => `    ${fault}`)], 'red');
  return faults.map((fault) => `Step ${number}, ${scene.title}: ${fault}`);
}

async function main(): Promise<void> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-demo-'));
  const emulator = await startEmulator({ seed: 'demo' });
  const faults: string[] = [];
  try {
    print(['From staging to prod, on an embedded Unity Catalog'], 'bold');
    print([`Registry: ${emulator.url}   Node ${process.versions.node}   Files of the steps: ${folder}`]);
    const start = emulator.state();
    part('Registry before', stateLines(start));
    for (const [index, scene] of STORY.entries()) {
      faults.push(...(await play(scene, index + 1, emulator, folder)));
    }
    print(['', '═'.repeat(100), 'Result'], ['bold', 'cyan']);
    part('Registry before', stateLines(start));
    part('Registry after', stateLines(emulator.state()));
    faults.push(
      ...emulator.violations.map((violation) => `A request that no registry supports: ${violation}`),
    );
  } finally {
    await emulator.close();
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  print(['', `Summaries, outputs and reports of each step: ${folder}`]);
  if (faults.length === 0) {
    print([`All ${STORY.length} steps ended as expected, in ${seconds} s.`], ['bold', 'green']);
    return;
  }
  print([`Not as expected, after ${seconds} s:`, ...faults.map((fault) => `- ${fault}`)], 'red');
  process.exitCode = 1;
}

await main();
