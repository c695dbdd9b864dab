import type { FullName } from '../src/domain/full-name.ts';
import type { Clock } from '../src/domain/ports.ts';
import type { Caller } from '../src/domain/privilege.ts';
import type { Registry } from '../src/registry/port.ts';
import type { RegistryKind } from '../src/registry/table.ts';
import type { Call } from './call.ts';
import { PREFIX, type Scope } from './scope.ts';

/** One principal: our own client, raw requests, and who the registry says that it is. */
export interface Person {
  readonly registry: Registry;
  readonly call: Call;
  readonly caller: Caller;
}

/** What a run was given beside host and schema. */
export interface Extras {
  readonly nestedGroup?: string;
  readonly deploymentJob?: string;
  readonly large: boolean;
}

/** What a world is made of. */
export interface RowContextParts {
  readonly kind: RegistryKind;
  readonly scope: Scope;
  readonly first: Person;
  readonly second?: Person;
  /** Sends with a token that has expired. */
  readonly expired?: Call;
  readonly extras: Extras;
  readonly clock: Clock;
  /** Sets this run's models apart: eight hexadecimal digits. */
  readonly run: string;
}

/** What the rows see and share: principals, the scratch schema, and what was made in it. */
export class RowContext {
  readonly kind: RegistryKind;
  readonly scope: Scope;
  readonly first: Person;
  readonly second: Person | undefined;
  readonly expired: Call | undefined;
  readonly extras: Extras;
  readonly clock: Clock;
  /** Full names of every model that was made, or may have been: noted before the request. */
  readonly planned = new Set<string>();
  readonly #run: string;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(parts: RowContextParts) {
    this.kind = parts.kind;
    this.scope = parts.scope;
    this.first = parts.first;
    this.second = parts.second;
    this.expired = parts.expired;
    this.extras = parts.extras;
    this.clock = parts.clock;
    this.#run = parts.run;
  }

  /** The scratch schema, `catalog.schema`. */
  get schema(): string {
    return this.scope.schemas[0] ?? '';
  }

  /** Full name of a model of this run, which is deleted at the end. */
  name(purpose: string, schema = this.schema): string {
    const name = `${schema}.${PREFIX}${this.#run}_${purpose}`;
    this.planned.add(name);
    return name;
  }

  /** Makes something that several rows need, once. */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(key) ?? make()) as Promise<T>;
    this.#made.set(key, made);
    return made;
  }
}

/** A name of three levels in its parts. */
export function partsOf(name: string): FullName {
  const [catalog = '', schema = '', ...model] = name.split('.');
  return { catalog, schema, model: model.join('.') };
}
