import { createHash } from 'node:crypto';
import type { Metastore } from '../../../emulator/index.ts';
import type { Random } from '../../../emulator/random.ts';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { contentOf, listingOf, sizeOf, type SeedFiles } from './digests.ts';
import { mlmodel } from './mlmodels.ts';

/** One finding that was planted. */
export interface Planted {
  readonly code: string;
  readonly model: string;
  readonly alias?: string;
  readonly version?: number;
  readonly versions?: number;
  readonly bytes?: number;
}

/** How a version differs from one of which nothing is to be found. */
export interface VersionDraft {
  /** The text of `MLmodel`; null for none. */
  readonly mlmodel?: string | null;
  readonly status?: 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION';
  /** The catalog that it was copied from, or a whole mark; null for no copy. */
  readonly from?: string | null;
  /** Whether the source has other files. */
  readonly sourceDiffers?: boolean;
  /** Whether its digests are recorded, and right. */
  readonly recorded?: 'right' | 'wrong' | 'not';
  /** Tags beside those of a promotion; null takes one away. */
  readonly tags?: Readonly<Record<string, string | null>>;
  /** How many hours ago it was registered, and the version that it was copied from; default: just now, and two days ago. */
  readonly age?: number;
  readonly sourceAge?: number;
}

const HOUR = 3_600_000;

/** One move of an alias, as its record has it. */
export type Move = readonly [from: number | null, to: number | null];

/** A model that is being made, with what an audit has to find in it. */
export class DraftModel {
  readonly name: string;
  readonly planted: Planted[] = [];
  /** What the repository pins its aliases to. */
  readonly pins = new Map<string, string>();
  readonly #metastore: Metastore;
  readonly #random: Random;
  readonly #sizes = new Map<number, number>();
  readonly #unused = new Set<number>();

  constructor(name: string, metastore: Metastore, random: Random) {
    this.name = name;
    this.#metastore = metastore;
    this.#random = random;
    metastore.createModel(name);
  }

  /** Adds a version such as a promotion leaves it, but for what the draft says. */
  version(draft: VersionDraft = {}): number {
    const text = draft.mlmodel === undefined ? mlmodel() : draft.mlmodel;
    const weights = `weights ${this.#digits(8)} ${'x'.repeat(Math.floor(this.#random() * 200))}`;
    const files: SeedFiles = { ...(text === null ? {} : { MLmodel: text }), 'model.bin': weights };
    const origin = this.#origin(draft, files);
    const recorded = draft.recorded ?? 'right';
    const shown: SeedFiles = recorded === 'wrong' ? { ...files, 'lost.bin': '' } : files;
    const tags: Record<string, string | null> = {
      validation_status: 'approved',
      uc_promote_origin: origin,
      uc_promote_listing: recorded === 'not' ? null : listingOf(shown),
      uc_promote_digest: recorded === 'not' ? null : contentOf(shown),
      ...draft.tags,
    };
    const number = this.#metastore.addVersion(this.name, {
      files,
      ...(draft.status === undefined ? {} : { status: draft.status }),
      tags: Object.fromEntries(
        Object.entries(tags).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
      ),
    });
    this.#backdate(this.name, number, draft.age ?? 0);
    this.#sizes.set(number, sizeOf(files));
    return number;
  }

  /** Sets an alias; one that does not exist in a version is set all the same. */
  alias(alias: string, version: number): void {
    this.#metastore.setAlias(this.name, alias, version);
  }

  /** Adds an alias that differs from another by case alone, which the registry itself would not let pass. */
  twin(alias: string, version: number): void {
    const { aliases } = this.#metastore.model(this.name);
    aliases.set(`twin of ${alias}`, { id: `twin-${alias}`, alias, version });
  }

  /** Sets a tag of the model. */
  tag(key: string, value: string): void {
    this.#metastore.setTags(this.name, { [key]: value });
  }

  /** Records moves of an alias, newest first. */
  record(alias: string, ...moves: readonly Move[]): void {
    const entries = moves.map(([from, to], index) => ({
      ...(index === 0 ? { alias } : {}),
      from,
      to,
      run: `acme/models/${100 - index}`,
      attempt: '1',
      who: 'ada',
      at: `2026-11-${20 - index}T10:00:00.000Z`,
    }));
    this.recordText(alias, JSON.stringify(entries));
  }

  /** Sets the tag of an alias's record to a text. */
  recordText(alias: string, text: string): void {
    const digits = createHash('sha256').update(alias.toLowerCase()).digest('hex').slice(0, 12);
    this.tag(`uc_promote_moves_${digits}`, text);
  }

  /** Pins an alias to a version of the model, to one of another model, or to none. */
  pin(alias: string, target: number | string): void {
    this.pins.set(alias, String(target));
  }

  /** Puts a hold on the model. */
  hold(held: Readonly<Record<string, string | number>>): void {
    this.tag(`uc_promote_hold_${this.#digits(12)}`, JSON.stringify({ reason: 'incident 7', ...held }));
  }

  /** Puts up an endpoint that serves versions, which the caller may view or not. */
  endpoint(versions: readonly number[], creator = promoter): void {
    const percent = versions.length === 1 ? 100 : 0;
    const served = versions.map((version, index) => ({
      entity_name: this.name.toUpperCase(),
      entity_version: String(version),
      name: `v${version}`,
      percent: index === 0 && percent === 0 ? 100 : percent,
    }));
    this.#metastore.workspace.addEndpoint(`endpoint_${this.#digits(12)}`, { creator, served });
  }

  /** What an audit has to find. */
  expect(code: string, place: Omit<Planted, 'code' | 'model'> = {}): void {
    this.planted.push({ code, model: this.name, ...place });
  }

  /** Versions that nothing needs. */
  leave(...versions: readonly number[]): void {
    for (const version of versions) this.#unused.add(version);
  }

  /** Says what is left over, once everything is made. */
  finish(): void {
    if (this.#unused.size === 0) return;
    const bytes = [...this.#unused].reduce((sum, version) => sum + (this.#sizes.get(version) ?? 0), 0);
    this.expect('versions-unused', { versions: this.#unused.size, bytes });
  }

  /** The recorded digest of the content of a version. */
  digest(version: number): string {
    return this.#tag(version, 'uc_promote_digest');
  }

  /** What a version was copied from. */
  origin(version: number): string {
    return this.#tag(version, 'uc_promote_origin');
  }

  #tag(version: number, key: string): string {
    const value = this.#metastore.model(this.name).versions.get(version)?.tags.get(key);
    if (value === undefined) throw new Error(`No ${key} on ${this.name}/${version}.`);
    return value;
  }

  /** Registers the source of a version with the same files, and gives its mark. */
  #origin(
    { from = 'origin', sourceDiffers = false, sourceAge = 48 }: VersionDraft,
    files: SeedFiles,
  ): string | null {
    if (from === null || from.includes('/')) return from;
    const name = this.name.replace(/^[^.]+/u, from);
    if (!this.#metastore.state.models.has(name.toLowerCase())) this.#metastore.createModel(name);
    const source = sourceDiffers ? { ...files, 'added.bin': 'new' } : files;
    const number = this.#metastore.addVersion(name, { files: source });
    this.#backdate(name, number, sourceAge);
    return `models:/${name}/${number}`;
  }

  #backdate(name: string, number: number, hours: number): void {
    const version = this.#metastore.model(name).versions.get(number);
    if (version !== undefined) version.createdAt -= hours * HOUR;
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.#random() * 16).toString(16)).join('');
  }
}
