import { isMet, printMeasured, saveMeasured, type Measured } from './result.ts';

/** By the name that `npm run bench -- <name>` takes; without one all run. Only depth and signature need the sources. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Measured>>> = {
  'start-up': async () => (await import('./start-up.ts')).measureStartUp(),
  size: async () => (await import('./size.ts')).measureSize(),
  depth: async () => (await import('./depth.ts')).measureDepth(),
  signature: async () => (await import('./signature-compatibility.ts')).measureSignature(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exitCode = 1;
} else {
  const missed: string[] = [];
  for (const [name, measure] of Object.entries(BENCHMARKS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const measured = await measure();
    printMeasured(measured);
    await saveMeasured(measured);
    missed.push(...measured.goals.filter((goal) => !isMet(goal)).map((goal) => goal.name));
  }
  console.log(
    `\nKept in bench/results. ${missed.length === 0 ? 'Every goal is met.' : `Missed: ${missed.join('; ')}.`}`,
  );
}
