import { PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import type { Clock } from '../../domain/ports.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { BasisFact } from '../../plan/basis.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import type { Journal } from '../context.ts';

/**
 * What this run made so short a time ago is still its own without a look: another run takes it up only where its own run
 * seems to have died. Milliseconds.
 */
const LOOK_AGE = 30_000;

/** Labels of a version that is being made belong to its copy, and are no changes of their own in record and journal. */
export const PART_OF_COPY: Journal = {
  plan: () => {},
  resolve: () => {},
  drop: () => {},
  begin: () => {},
  end: () => {},
  giveUp: () => {},
  wait: () => {},
};

/**
 * A version that this run makes or continues. Its marker says whose it is: another run of the repository that takes it up
 * writes a marker of its own first, and from there on this run writes and deletes nothing of it any more.
 */
export class OwnVersion {
  readonly name: FullName;
  readonly version: number;
  readonly marker: string;
  readonly #clock: Clock;
  #seenAt: number;

  /** The version was made, or seen with the marker, right now. */
  constructor({ name, version }: Pick<ModelVersion, 'name' | 'version'>, marker: string, clock: Clock) {
    this.name = name;
    this.version = version;
    this.marker = marker;
    this.#clock = clock;
    this.#seenAt = clock.now();
  }

  get uri(): string {
    return formatModelUri(this.name, this.version);
  }

  /** Whether it was seen as this run's own only just now, so that a first try needs no look. */
  get isJustSeen(): boolean {
    return this.#clock.now() - this.#seenAt <= LOOK_AGE;
  }

  /** What every write to it rests on. */
  get basis(): readonly BasisFact[] {
    return [{ kind: 'tag', target: this.target, key: TAG_KEYS.run, was: this.marker }];
  }

  get target() {
    return { kind: 'version', name: this.name, version: this.version } as const;
  }

  /** Reads it. Throws `conflict` where it is gone, or another run's. */
  async look({ registry }: Pick<Snapshot, 'registry'>): Promise<ModelVersion> {
    const found = await registry.getModelVersion(this.name, this.version);
    if (found === undefined) throw this.#lost('no longer exists');
    if (!this.owns(found)) throw this.#lost('was taken over by another run');
    this.#seenAt = this.#clock.now();
    return found;
  }

  /** Whether a version that was read carries the marker of this run. */
  owns({ tags }: Pick<ModelVersion, 'tags'>): boolean {
    return tagValue(tags, TAG_KEYS.run) === this.marker;
  }

  /** The change of one of its tags; `from` as it was seen last. */
  tagChange(key: string, from: string | null, to: string | null): TagChange {
    return { kind: 'tag', target: this.target, key, from, to, basis: this.basis };
  }

  #lost(what: string): PromoteError {
    return new PromoteError(`${this.uri} ${what}, so this run writes nothing more to it.`, {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Check which runs copy the same version, then run the step again. A finished copy is reused.',
    });
  }
}
