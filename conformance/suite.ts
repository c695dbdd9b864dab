import type { Clock, Random } from '../src/domain/ports.ts';
import { messageOf, PromoteError } from '../src/domain/errors.ts';
import { openTransport } from '../src/http/transport.ts';
import type { Environment } from '../src/runtime/environment.ts';
import type { Options } from './options.ts';
import { openPeople, type People } from './people.ts';
import { planOf } from './plan.ts';
import { reportOf, tableOf, type Report } from './report.ts';
import { rows } from './rows/index.ts';
import { tryRows, type Evidence, type Result } from './run.ts';
import type { Scope } from './scope.ts';
import { cleanUp, lookAround, requireScratch } from './scratch.ts';
import { Redactor } from './redactor.ts';
import { RowContext } from './row-context.ts';

/** What a run of the suite works with. */
export interface SuiteParts {
  readonly options: Options;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the rows; what was made is deleted all the same. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** How the run ended: 0 all as assumed, 2 something differs, 1 it could not be run, or not to its end. */
export interface SuiteEnd {
  readonly exitCode: 0 | 1 | 2;
  readonly report?: Report;
}

/**
 * Prints the plan, and with `--yes` carries it out: deletes what an earlier run left, tries the rows, deletes what was
 * made. Throws `PromoteError` before anything was written: a faulty option, a refused sign-in, a schema in use.
 */
export async function runSuite(parts: SuiteParts): Promise<SuiteEnd> {
  const { options, print } = parts;
  const environment = withHost(parts.environment, options.host);
  for (const line of planOf(options, environment)) print(line);
  if (!options.yes && !options.dryRun) {
    print('Nothing was sent. Add --yes to run the suite, or --dry-run to only sign in and read.');
    return { exitCode: 1 };
  }
  const redactor = withheldOf(options);
  const closers: (() => Promise<void>)[] = [];
  const { transport, close } = await openTransport(environment);
  closers.push(close);
  const evidence: Evidence[] = [];
  try {
    const people = await openPeople({
      kind: options.registry,
      scope: scopeOf(options),
      environment,
      transport,
      clock: parts.clock,
      random: parts.random,
      redactor,
      signal: parts.signal,
      onExchange: (as, exchange) => void evidence.push(Object.assign(exchange, { as })),
      onClose: (closer) => void closers.push(closer),
    });
    return await run(parts, people, redactor, () => evidence.splice(0));
  } catch (error) {
    if (error instanceof PromoteError)
      throw new PromoteError(redactor.hide(error.message), { ...error.details });
    throw error;
  } finally {
    await Promise.all(closers.map((closer) => closer()));
  }
}

async function run(
  { options, clock, random, signal, print }: SuiteParts,
  people: People,
  redactor: Redactor,
  evidence: () => readonly Evidence[],
): Promise<SuiteEnd> {
  const { registry: kind } = options;
  const scope = scopeOf(options);
  const { first, second } = people;
  const registries = [first, ...(second === undefined ? [] : [second])].map(({ registry }) => registry);
  const found = await lookAround(registries, scope);
  requireScratch(found);
  print(`The schema can be used; an earlier run left ${found.leftovers.length} of its models.`);
  if (options.dryRun) {
    print('The dry run ends here.');
    return { exitCode: 0 };
  }
  const context = new RowContext({
    kind,
    scope,
    first: people.first,
    extras: options,
    clock,
    run: hexadecimal(random),
    ...(people.second === undefined ? {} : { second: people.second }),
    ...(people.expired === undefined ? {} : { expired: people.expired }),
  });
  const results: Result[] = [];
  let failure: unknown;
  let left = await cleanUp(kind, people.cleaners, found.leftovers);
  try {
    const wanted = rows.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
    for await (const result of tryRows(wanted, context, evidence, signal)) results.push(result);
  } catch (error) {
    failure = error;
  } finally {
    left = [...left, ...(await cleanUp(kind, people.cleaners, context.planned))];
  }
  for (const line of tableOf(results, redactor)) print(line);
  for (const { name, why } of left) print(`Not deleted: ${name} (${redactor.hide(why)}). Delete it by hand.`);
  if (failure !== undefined) print(`The suite failed: ${redactor.hide(messageOf(failure))}`);
  if (signal.aborted) print('Interrupted: the missing rows were not tested.');
  const complete = failure === undefined && !signal.aborted;
  const end = { complete, cleanedUp: left.length === 0, now: clock.now(), host: people.host };
  const report = reportOf(context, results, end, redactor);
  return { exitCode: exitCodeOf(report), report };
}

function exitCodeOf({ complete, cleanedUp, counts }: Report): 0 | 1 | 2 {
  if (!complete || !cleanedUp) return 1;
  return counts.differs > 0 ? 2 : 0;
}

function scopeOf(options: Options): Scope {
  const { schemas, sharedVersion, warehouse, job, hiddenJob, endpoint, hiddenEndpoint } = options;
  return {
    schemas,
    ...(sharedVersion === undefined ? {} : { sharedVersion }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(job === undefined ? {} : { job }),
    ...(hiddenJob === undefined ? {} : { hiddenJob }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(hiddenEndpoint === undefined ? {} : { hiddenEndpoint }),
  };
}

/** `--host` counts as the input of the actions does. */
function withHost(environment: Environment, host: string | undefined): Environment {
  return host === undefined ? environment : { ...environment, INPUT_HOST: host };
}

function withheldOf(options: Options): Redactor {
  const { schemas, nestedGroup, deploymentJob, sharedVersion, warehouse } = options;
  const redactor = new Redactor();
  for (const schema of schemas) {
    redactor.add(schema, '(schema)');
    const [catalog = '', short = ''] = schema.split('.');
    redactor.add(catalog, '(catalog)');
    redactor.add(short, '(schema)');
  }
  for (const part of (sharedVersion ?? '').split(/[./]/u)) redactor.add(part, '(shared)');
  if (warehouse !== undefined) redactor.add(warehouse, '(warehouse)');
  if (nestedGroup !== undefined) redactor.add(nestedGroup, '(group)');
  for (const id of [deploymentJob, options.job, options.hiddenJob])
    if (id !== undefined) redactor.add(id, '(job)');
  for (const name of [options.endpoint, options.hiddenEndpoint])
    if (name !== undefined) redactor.add(name, '(endpoint)');
  return redactor;
}

function hexadecimal(random: Random): string {
  return Array.from({ length: 8 }, () => Math.floor(random() * 16).toString(16)).join('');
}
