import { parseArgs } from 'node:util';
import { demoTokens } from './seeds/demo.ts';
import { admin } from './seeds/empty.ts';
import { scratchTokens } from './seeds/scratch.ts';
import { startEmulator, type EmulatorOptions, type Switches } from './index.ts';
import { parseSwitch } from './switches.ts';

const seeds = ['demo', 'empty', 'scratch'] as const;

/** Reads the command line; throws `Error` for what it does not know. */
function parse(): EmulatorOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      seed: { type: 'string', default: 'demo' },
      data: { type: 'string' },
      switch: { type: 'string', multiple: true, default: [] },
      mix: { type: 'string' },
      latency: { type: 'string', default: '0' },
      lenient: { type: 'boolean', default: false },
      python: { type: 'string' },
      'install-dependencies': { type: 'boolean', default: false },
    },
  });
  const seed = seeds.find((name) => name === values.seed);
  if (seed === undefined) throw new Error(`--seed takes ${seeds.join(', ')}`);
  const switches = values.switch.reduce<Partial<Switches>>(
    (all, text) => ({ ...all, ...parseSwitch(text) }),
    {},
  );
  return {
    port: Number(values.port),
    seed,
    switches,
    latencyMs: Number(values.latency),
    strict: !values.lenient,
    jobs: {
      install: values['install-dependencies'],
      ...(values.python === undefined ? {} : { python: values.python }),
    },
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(values.mix === undefined ? {} : { mix: Number(values.mix) }),
  };
}

async function main(): Promise<void> {
  const options = parse();
  const emulator = await startEmulator(options);
  const end = (): void => {
    emulator.close().then(
      () => {
        process.exitCode = 0;
      },
      (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  console.log(`Unity Catalog emulator: ${emulator.url}`);
  const tokens = options.seed === 'scratch' ? scratchTokens : demoTokens;
  const shown = options.seed === 'empty' ? tokens.filter(({ token }) => token === admin.token) : tokens;
  for (const { token, principal, about } of shown)
    console.log(`  ${token.padEnd(18)} ${principal} (${about})`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
