import { parseArgs } from 'node:util';
import { invalidInputs, messageOf } from '../src/domain/errors.ts';
import type { InputFault } from '../src/domain/input-fault.ts';
import { parseFullName } from '../src/domain/full-name.ts';
import { REGISTRY_KINDS, type RegistryKind } from '../src/registry/table.ts';
import { rows } from './rows/index.ts';

/** What the command line says. */
export interface Options {
  readonly host?: string;
  readonly schemas: readonly string[];
  readonly registry: RegistryKind;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly large: boolean;
  readonly nestedGroup?: string;
  readonly deploymentJob?: string;
  /** `catalog.schema.model/version`. */
  readonly sharedVersion?: string;
  /** The id of a SQL warehouse. */
  readonly warehouse?: string;
  /** Ids of jobs. */
  readonly job?: string;
  readonly hiddenJob?: string;
  /** Names of serving endpoints. */
  readonly endpoint?: string;
  readonly hiddenEndpoint?: string;
  /** Only these rows; empty: all. */
  readonly only: readonly string[];
  /** Where the report is written. */
  readonly report: string;
}

/** What `--help` prints. */
export const USAGE = `npm run conformance -- --host https://… --schema catalog.schema [options]

Tests on a real registry, in a scratch schema, what this project assumes about it, and writes a report to send back.
It signs in like the actions, from the environment (DATABRICKS_TOKEN, DATABRICKS_CLIENT_ID, …).

  --schema A.B           schema that is used for nothing else and contains no models
  --second-schema A.B    another schema, into which a version is copied
  --registry KIND        ${REGISTRY_KINDS.join(', ')}; default: databricks
  --yes                  run the suite; without it, only the plan is printed
  --dry-run              sign in and read the schema, but write nothing
  --large                also upload and read a file of 60 MiB
  --nested-group NAME    a group that holds the caller only through another group
  --deployment-job ID    a job that may be started; new versions of one scratch model start it
  --shared-version A.B.C/1  a version in a catalog shared by another metastore; its MLmodel is read
  --warehouse ID         a SQL warehouse; the audit log is asked about the scratch models
  --job ID               a saved job with a trigger and runs; it is read and never started
  --hidden-job ID        a job that the caller may not view
  --endpoint NAME        a serving endpoint; it is read and never changed
  --hidden-endpoint NAME  a serving endpoint that the caller may not view
  --only ROW             run only this row; can be repeated
  --report FILE          default: conformance-report.json

A second principal, with access to the schema but to nothing in it, signs in with the same variables prefixed with SECOND_
(SECOND_DATABRICKS_TOKEN). EXPIRED_DATABRICKS_TOKEN can hold an expired token.`;

/** Reads the command line; throws `invalid` with every fault at once. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const faults: InputFault[] = [];
  const schemas = [values.schema, values['second-schema']].filter((text) => text !== undefined);
  if (values.schema === undefined)
    faults.push(
      fault(
        '--schema',
        'it is missing.',
        'Name a schema that is used for nothing else, such as --schema main.scratch.',
      ),
    );
  for (const text of schemas) {
    if (!parseFullName(`${text}.x`).ok)
      faults.push(fault('--schema', `"${text}" is not catalog.schema.`, 'Write two levels: main.scratch.'));
  }
  if (new Set(schemas.map((text) => text.toLowerCase())).size < schemas.length)
    faults.push(
      fault('--second-schema', 'it is the same as --schema.', 'Name another schema, or leave it out.'),
    );
  const registry = REGISTRY_KINDS.find((kind) => kind === values.registry);
  if (registry === undefined)
    faults.push(
      fault(
        '--registry',
        `"${values.registry}" is not a kind of registry.`,
        `Use one of: ${REGISTRY_KINDS.join(', ')}.`,
      ),
    );
  for (const name of values.only) {
    if (!rows.some(({ id }) => id === name))
      faults.push(fault('--only', `no row is called "${name}".`, 'docs/conformance.md lists the rows.'));
  }
  const shared = values['shared-version'];
  const [sharedModel = '', number = ''] = (shared ?? '').split('/');
  if (shared !== undefined && !(parseFullName(sharedModel).ok && /^[1-9]\d*$/u.test(number)))
    faults.push(
      fault(
        '--shared-version',
        'it is not catalog.schema.model/version.',
        'Write it as in partner.ml.fraud/1.',
      ),
    );
  const { warehouse } = values;
  if (warehouse !== undefined && !/^[0-9a-f]{16}$/u.test(warehouse))
    faults.push(
      fault(
        '--warehouse',
        'it is no ID of a SQL warehouse.',
        'Copy the 16 digits from its page, not its name.',
      ),
    );
  for (const option of ['job', 'hidden-job'] as const) {
    const id = values[option];
    if (id !== undefined && !/^[1-9]\d*$/u.test(id))
      faults.push(
        fault(`--${option}`, 'it is no ID of a job.', 'Copy the number from its page, not its name.'),
      );
  }
  for (const option of ['endpoint', 'hidden-endpoint'] as const) {
    const name = values[option];
    if (name !== undefined && !/^[A-Za-z0-9_-]{1,63}$/u.test(name))
      faults.push(fault(`--${option}`, 'it is no name of an endpoint.', 'Copy the name from its page.'));
  }
  if (values.yes && values['dry-run'])
    faults.push(fault('--yes', 'it is given together with --dry-run.', 'Remove one of the two.'));
  if (faults.length > 0 || registry === undefined) throw invalidInputs(faults);
  const { host, report, only, large, yes } = values;
  return {
    schemas,
    registry,
    only,
    report,
    large,
    yes,
    dryRun: values['dry-run'],
    ...(host === undefined ? {} : { host }),
    ...(values['nested-group'] === undefined ? {} : { nestedGroup: values['nested-group'] }),
    ...(shared === undefined ? {} : { sharedVersion: shared }),
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(values.job === undefined ? {} : { job: values.job }),
    ...(values['hidden-job'] === undefined ? {} : { hiddenJob: values['hidden-job'] }),
    ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
    ...(values['hidden-endpoint'] === undefined ? {} : { hiddenEndpoint: values['hidden-endpoint'] }),
    ...(values['deployment-job'] === undefined ? {} : { deploymentJob: values['deployment-job'] }),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: text,
        schema: text,
        'second-schema': text,
        registry: { ...text, default: 'databricks' },
        yes: flag,
        'dry-run': flag,
        large: flag,
        'nested-group': text,
        'deployment-job': text,
        'shared-version': text,
        warehouse: text,
        job: text,
        'hidden-job': text,
        endpoint: text,
        'hidden-endpoint': text,
        only: { ...text, multiple: true, default: [] },
        report: { ...text, default: 'conformance-report.json' },
        help: flag,
      },
    });
  } catch (error) {
    throw invalidInputs([fault('Command line', messageOf(error), 'See --help.')]);
  }
}

function fault(input: string, problem: string, fix: string): InputFault {
  return { input, problem, fix };
}
