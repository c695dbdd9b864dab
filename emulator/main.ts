import { parseArgs } from 'node:util';
import { demoTokens } from './seeds/demo.ts';
import { admin } from './seeds/empty.ts';
import { scratchTokens } from './seeds/scratch.ts';
import { startEmulator, type EmulatorOptions, type Switches } from './index.ts';
import { parseSwitch } from './switches.ts';

const seeds = ['demo', 'empty', 'scratch'] as const;

const HELP = `Starts the embedded Unity Catalog on 127.0.0.1 and prints its address and a token for each caller.

npm run emulator -- [options]

  --port N              port to listen on; 0 takes a free one (default: 8080)
  --seed NAME           initial content (default: demo)
                          demo     the models of the documented promotion
                          empty    only a metastore admin; create catalogs and schemas through the API
                          scratch  empty schemas for npm run conformance
  --data DIR            keep the state in this folder (default: in memory)
  --switch NAME=VALUE   behavior where Databricks documents none (docs/emulator.md); can be repeated
  --mix N               choose the other switches at random from this seed
  --latency MS          wait before each response (default: 0)
  --lenient             ignore unknown fields and parameters
  --python PATH         Python that runs the scripts of jobs (default: python3)
  --install-dependencies
                        install the dependencies of jobs with pip
  --help                print this

Press Ctrl-C to stop.`;

/** Reads the command line, undefined where it asks for help; throws `Error` for what it does not know. */
function parse(): EmulatorOptions | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      seed: { type: 'string', default: 'demo' },
      data: { type: 'string' },
      switch: { type: 'string', multiple: true, default: [] },
      mix: { type: 'string' },
      latency: { type: 'string', default: '0' },
      lenient: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      python: { type: 'string' },
      'install-dependencies': { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const port = wholeNumber('port', values.port);
  if (port > 65_535) throw new Error('--port must be a number up to 65535.');
  const seed = seeds.find((name) => name === values.seed);
  if (seed === undefined) throw new Error(`--seed must be one of: ${seeds.join(', ')}.`);
  const switches = values.switch.reduce<Partial<Switches>>(
    (all, text) => ({ ...all, ...parseSwitch(text) }),
    {},
  );
  return {
    port,
    seed,
    switches,
    latencyMs: wholeNumber('latency', values.latency),
    strict: !values.lenient,
    jobs: {
      install: values['install-dependencies'],
      ...(values.python === undefined ? {} : { python: values.python }),
    },
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(values.mix === undefined ? {} : { mix: wholeNumber('mix', values.mix) }),
  };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new Error(`--${option} must be a whole number, not "${text}".`);
  return Number(text);
}

async function main(): Promise<void> {
  const options = parse();
  if (options === undefined) return console.log(HELP);
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
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${message}\nnpm run emulator -- --help lists the options.`);
  process.exitCode = 1;
});
