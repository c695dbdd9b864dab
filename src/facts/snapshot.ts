import { nameKey, type FullName } from '../domain/full-name.ts';
import type { ModelExtras, ModelVersion, RegisteredModel, Tag } from '../domain/model.ts';
import type { Clock } from '../domain/ports.ts';
import type { PrincipalGroup } from '../domain/principal.ts';
import type { Caller, AccessPolicy, PrivilegeAssignment, Securable } from '../domain/privilege.ts';
import type { ListedEndpoint } from '../domain/serving.ts';
import type { Mlmodel } from '../mlmodel/mlmodel.ts';
import type { Metastore, ParentSecurable, RegistryReader, TrainingRun } from '../registry/port.ts';
import { readMlmodelOf } from './mlmodel-file.ts';
import { readServedVersions } from './served-versions.ts';

/** How long a value stays fresh although nothing else is asked for, and how long it is recent. Milliseconds. */
const FRESH_MS = 2_000;

/** Under which endpoints are kept; they are of no one model. */
const ENDPOINTS = 'endpoints';

/** Something that is read by one call. */
export type ReadObject =
  | { readonly kind: 'alias'; readonly name: FullName; readonly alias: string }
  | { readonly kind: 'version'; readonly name: FullName; readonly version: number }
  | { readonly kind: 'model' | 'extras'; readonly name: FullName };

interface Entry {
  readonly value: Promise<unknown>;
  /** When the response was there: the registry's count of requests, and the time. */
  seen?: { readonly requests: number; readonly at: number };
}

/**
 * What was read of one registry, each thing once, shared by every step of an action.
 *
 * A value is *fresh* for some seconds while the registry has begun no other request since it arrived: then it was read
 * right before whatever comes next.
 */
export class Snapshot {
  readonly registry: RegistryReader;
  readonly #clock: Clock;
  readonly #askCaller: () => Promise<Caller>;
  readonly #entries = new Map<string, Entry>();

  /** `sameCaller` is another snapshot of the same workspace by the same credential: who that is, is asked once. */
  constructor(registry: RegistryReader, clock: Clock, sameCaller?: Snapshot) {
    this.registry = registry;
    this.#clock = clock;
    this.#askCaller = () => (sameCaller === undefined ? registry.getCaller() : sameCaller.caller());
  }

  caller(): Promise<Caller> {
    return this.#once('caller', this.#askCaller);
  }

  model(name: FullName): Promise<RegisteredModel | undefined> {
    return this.#once(this.#modelKey(name), () => this.registry.getRegisteredModel(name));
  }

  extras(name: FullName): Promise<ModelExtras | undefined> {
    return this.#once(this.#extrasKey(name), () => this.registry.getModelExtras(name));
  }

  /** The tags of a model; none where the registry has no tags, so that nothing is asked there. */
  async tagsOf(name: FullName): Promise<readonly Tag[]> {
    if (this.registry.capabilities.tags === 'none') return [];
    return (await this.extras(name))?.tags ?? [];
  }

  version(name: FullName, version: number): Promise<ModelVersion | undefined> {
    return this.#once(this.#versionKey(name, version), () => this.registry.getModelVersion(name, version));
  }

  /** The version that an alias names, or null. */
  alias(name: FullName, alias: string): Promise<number | null> {
    return this.#once(this.#aliasKey(name, alias), () => this.registry.getAlias(name, alias));
  }

  /** What a version's `MLmodel` says; one that is too large to be read is as one that cannot be read, and no error. */
  mlmodel(name: FullName, version: number): Promise<Mlmodel> {
    return this.#once(`mlmodel ${this.#nameKey(name)}/${version}`, () =>
      readMlmodelOf(this.registry.openSource(name, version)),
    );
  }

  /** The run that trained a version; undefined where this workspace does not know it, or a registry has no runs. */
  trainingRun(runId: string): Promise<TrainingRun | undefined> {
    return this.#once(`run ${runId}`, async () => this.registry.getTrainingRun?.(runId));
  }

  parent(securable: Securable): Promise<ParentSecurable | undefined> {
    return this.#once(`parent ${securable.type} ${securable.name}`, () => this.registry.getParent(securable));
  }

  /** The rows of a principal, or all of them. */
  grants(securable: Securable, principal?: string): Promise<readonly PrivilegeAssignment[]> {
    const whose = principal === undefined ? 'of all' : `of ${principal}`;
    return this.#once(`grants ${securable.type} ${securable.name} ${whose}`, () =>
      this.registry.getEffectiveGrants(securable, principal),
    );
  }

  /** A group by name; undefined where there is none, or where the registry lists none. */
  group(name: string): Promise<PrincipalGroup | undefined> {
    return this.#once(`group ${name}`, async () => this.registry.directory?.findGroup(name));
  }

  /** The id of a user or service principal, where the registry lists them. */
  person(name: string): Promise<string | undefined> {
    return this.#once(`person ${name}`, async () => this.registry.directory?.findPerson(name));
  }

  metastore(): Promise<Metastore | undefined> {
    return this.#once('metastore', async () => this.registry.getMetastore?.());
  }

  /** The policies that grant or deny on a catalog or schema and below it. */
  policies(parent: Securable): Promise<readonly AccessPolicy[]> {
    return this.#once(
      `policies ${parent.name}`,
      async () => (await this.registry.listPolicies?.(parent)) ?? [],
    );
  }

  /** The version that an alias names, read right before what comes next. */
  async freshAlias(name: FullName, alias: string): Promise<number | null> {
    this.#forgetStale(this.#aliasKey(name, alias));
    return this.alias(name, alias);
  }

  /** A version, read right before what comes next. */
  async freshVersion(name: FullName, version: number): Promise<ModelVersion | undefined> {
    this.#forgetStale(this.#versionKey(name, version));
    return this.version(name, version);
  }

  /** A model, read right before what comes next. */
  async freshModel(name: FullName): Promise<RegisteredModel | undefined> {
    this.#forgetStale(this.#modelKey(name));
    return this.model(name);
  }

  /** Tags and job of a model, read right before what comes next. */
  async freshExtras(name: FullName): Promise<ModelExtras | undefined> {
    this.#forgetStale(this.#extrasKey(name));
    return this.extras(name);
  }

  /**
   * What an alias names, a version, their model and its tags, all read right before what comes next, side by side.
   */
  async freshMove(
    name: FullName,
    alias: string,
    version: number,
  ): Promise<
    [number | null, ModelVersion | undefined, RegisteredModel | undefined, ModelExtras | undefined]
  > {
    this.renew([
      { kind: 'alias', name, alias },
      { kind: 'version', name, version },
      { kind: 'model', name },
      { kind: 'extras', name },
    ]);
    return Promise.all([
      this.alias(name, alias),
      this.version(name, version),
      this.model(name),
      this.extras(name),
    ]);
  }

  /**
   * Forgets all of these unless each was read right before what comes next: read one by one, the later would make the
   * earlier stale.
   */
  renew(objects: readonly ReadObject[]): void {
    const keys = objects.map((object) => this.#keyOf(object));
    if (keys.some((key) => !this.#isFresh(key))) for (const key of keys) this.#entries.delete(key);
  }

  /** The version that an alias names, as it was some seconds ago at most. */
  async recentAlias(name: FullName, alias: string): Promise<number | null> {
    this.#forgetOld(this.#aliasKey(name, alias));
    return this.alias(name, alias);
  }

  /** A version, as it was some seconds ago at most. */
  async recentVersion(name: FullName, version: number): Promise<ModelVersion | undefined> {
    this.#forgetOld(this.#versionKey(name, version));
    return this.version(name, version);
  }

  /** Tags and job of a model, as they were some seconds ago at most. */
  async recentExtras(name: FullName): Promise<ModelExtras | undefined> {
    this.#forgetOld(this.#extrasKey(name));
    return this.extras(name);
  }

  /** Every endpoint with what it serves and what an update is about to bring, as it was some seconds ago at most; undefined where a registry has none. */
  async recentEndpoints(): Promise<readonly ListedEndpoint[] | undefined> {
    this.#forgetOld(ENDPOINTS);
    return this.#once(ENDPOINTS, () => readServedVersions(this.registry.serving));
  }

  forgetEndpoints(): void {
    this.#entries.delete(ENDPOINTS);
  }

  /** Forgets what a write may have changed. */
  forget(name: FullName): void {
    const full = this.#nameKey(name);
    for (const key of this.#entries.keys()) {
      if (key.includes(full) && !key.startsWith('mlmodel') && !key.startsWith('grants'))
        this.#entries.delete(key);
    }
  }

  #keyOf(object: ReadObject): string {
    switch (object.kind) {
      case 'alias':
        return this.#aliasKey(object.name, object.alias);
      case 'version':
        return this.#versionKey(object.name, object.version);
      case 'model':
        return this.#modelKey(object.name);
      case 'extras':
        return this.#extrasKey(object.name);
    }
  }

  #aliasKey(name: FullName, alias: string): string {
    const exact = this.registry.capabilities.aliases === 'case-sensitive';
    return `alias ${this.#nameKey(name)}@${exact ? alias : alias.toLowerCase()}`;
  }

  #modelKey(name: FullName): string {
    return `model ${this.#nameKey(name)}`;
  }

  #versionKey(name: FullName, version: number): string {
    return `version ${this.#nameKey(name)}/${version}`;
  }

  #extrasKey(name: FullName): string {
    return `extras ${this.#nameKey(name)}`;
  }

  #nameKey(name: FullName): string {
    return nameKey(name, this.registry.capabilities.names);
  }

  /** What is still being read is left to arrive. */
  #forgetStale(key: string): void {
    if (this.#entries.get(key)?.seen !== undefined && !this.#isFresh(key)) this.#entries.delete(key);
  }

  #forgetOld(key: string): void {
    const seen = this.#entries.get(key)?.seen;
    if (seen !== undefined && this.#clock.now() - seen.at > FRESH_MS) this.#entries.delete(key);
  }

  #isFresh(key: string): boolean {
    const seen = this.#entries.get(key)?.seen;
    if (seen === undefined) return false;
    return seen.requests === this.registry.requestsBegun && this.#clock.now() - seen.at <= FRESH_MS;
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known.value as Promise<T>;
    const value = read();
    const entry: Entry = { value };
    this.#entries.set(key, entry);
    const seen = () => {
      entry.seen = { requests: this.registry.requestsBegun, at: this.#clock.now() };
    };
    value.then(seen, seen);
    return value;
  }
}
