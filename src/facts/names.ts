import { absentInput, PromoteError } from '../domain/errors.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import {
  formatSecurable,
  METASTORE,
  modelSecurable,
  securablePath,
  sqlPrivilege,
  type Caller,
  type Privilege,
  type Securable,
} from '../domain/privilege.ts';
import { show } from '../domain/printable.ts';
import type { RegistryReader } from '../registry/port.ts';
import { orRefused } from './grants/read.ts';
import type { Snapshot } from './snapshot.ts';

/** As many names of a list as are compared with the one that was given. */
const MOST_NAMES = 5_000;

/** What shows an object to whoever may use what it is in (uc-protocol §10.2). */
const SHOWN_BY: Readonly<Record<Exclude<Securable['type'], 'metastore'>, Privilege>> = {
  catalog: 'USE_CATALOG',
  schema: 'USE_SCHEMA',
  function: 'EXECUTE',
};

/** A catalog, schema or model, and the input that names it. */
export interface NamedObject {
  readonly securable: Securable;
  readonly input: string;
  /** The model, where it is one. */
  readonly model?: FullName;
}

/** A model and the input that names it. */
export function namedModel(model: FullName, input: string): NamedObject {
  return { securable: modelSecurable(model), input, model };
}

/**
 * The error of a name that the registry says does not exist: one cause, that of the uppermost object which is not there, with the
 * nearest name that the caller is shown. A registry may say the same of what it hides, so that both are said. `create` is what
 * makes an object that is to be made on the way.
 */
export async function absentName(
  { securable, input, model }: NamedObject,
  snapshot: Snapshot,
  create?: string,
): Promise<PromoteError> {
  const absent = await absentObject(securable, snapshot);
  const fault = await faultOf(absent, input, snapshot, absent === securable ? create : undefined);
  return absentInput(fault, model);
}

/** The error of a model that the registry says does not exist, as {@link absentName}. */
export async function modelNotFound(
  name: FullName,
  input: string,
  snapshot: Snapshot,
): Promise<PromoteError> {
  return absentName(namedModel(name, input), snapshot);
}

/** The uppermost of what an object is in that is not there; the object itself where all of that is, or is not shown. */
export async function absentObject(securable: Securable, snapshot: Snapshot): Promise<Securable> {
  if (snapshot.registry.capabilities.names !== 'three-level') return securable;
  for (const parent of securablePath(securable).slice(1).reverse()) {
    const found = await orRefused(snapshot.parent(parent), () => 'not shown' as const);
    if (found === undefined) return parent;
  }
  return securable;
}

async function faultOf(
  absent: Securable,
  input: string,
  snapshot: Snapshot,
  create: string | undefined,
): Promise<InputFault> {
  const [who, meant] = await Promise.all([callerOf(snapshot), nearestName(absent, snapshot)]);
  const advice = [
    meant === undefined ? checkText(snapshot) : `Did you mean ${meant}?`,
    ...(create === undefined ? [] : [create]),
    ...(snapshot.registry.capabilities.grants === 'none' ? [] : [grantText(absent, who)]),
  ];
  return {
    input,
    problem: `the ${show(formatSecurable(absent), 300)} does not exist or is hidden from ${who.name}.`,
    fix: advice.join(' '),
  };
}

function checkText({ registry: { capabilities } }: Snapshot): string {
  return capabilities.names === 'three-level'
    ? 'Check every level of the name.'
    : 'Check the name and its case.';
}

function grantText(absent: Securable, { full }: CallerName): string {
  if (absent.type === 'metastore') return '';
  const right = sqlPrivilege(SHOWN_BY[absent.type]);
  return `If ${show(absent.name, 300)} exists, its owner can grant ${full} ${right} on it.`;
}

interface CallerName {
  /** Short, for a sentence. */
  readonly name: string;
  /** With what grants call them. */
  readonly full: string;
}

const UNKNOWN_CALLER: CallerName = { name: 'the caller', full: 'the caller' };

async function callerOf(snapshot: Snapshot): Promise<CallerName> {
  if (snapshot.registry.capabilities.grants === 'none') return UNKNOWN_CALLER;
  const caller = await hint(snapshot.caller());
  return caller === undefined || caller.principal === '' ? UNKNOWN_CALLER : callerName(caller);
}

function callerName({ principal, displayName }: Caller): CallerName {
  const named = show(principal);
  if (displayName === undefined || displayName === principal) return { name: named, full: named };
  const name = show(displayName, 60);
  return { name, full: `${name} (${named})` };
}

/** The name that was probably meant, of those that the caller is shown in the same place. */
async function nearestName(absent: Securable, snapshot: Snapshot): Promise<string | undefined> {
  const { registry } = snapshot;
  const hasLevels = registry.capabilities.names === 'three-level';
  const above = hasLevels ? securablePath(absent)[1] : undefined;
  const prefix = above === undefined ? '' : `${above.name}.`;
  const beside =
    absent.type === 'function' ? modelNames(above, registry) : take(registry.listNames?.(above ?? METASTORE));
  const near = nearestWord(absent.name.slice(prefix.length), (await hint(beside)) ?? []);
  return near === undefined ? undefined : show(`${prefix}${near}`, 300);
}

async function modelNames(schema: Securable | undefined, registry: RegistryReader): Promise<string[]> {
  if (schema === undefined)
    return (await take(registry.listRegisteredModels({ catalog: '' }))).map(formatFullName);
  const [catalog = '', name = ''] = schema.name.split('.');
  const models = await take(registry.listRegisteredModels({ catalog, schema: name }));
  return models.map(({ model }) => model);
}

async function take<T>(list: AsyncIterable<T> | undefined): Promise<T[]> {
  const taken: T[] = [];
  if (list === undefined) return taken;
  for await (const each of list) {
    taken.push(each);
    if (taken.length >= MOST_NAMES) break;
  }
  return taken;
}

/** What only helps to correct a name; a failure leaves it out, since the name is wrong all the same. */
export async function hint<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    return undefined;
  }
}
