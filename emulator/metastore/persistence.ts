import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Content } from './content.ts';
import { emptyState, type MetastoreState } from './state.ts';

/** Format of the state file; another number is not read. */
const format = 1;

/** Keeps a world in a directory: `state.json`, and file contents under `files/`. */
export class Persistence {
  private readonly directory: string;
  private readonly written = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(this.files, { recursive: true });
  }

  /** Where uploaded files go. */
  get files(): string {
    return join(this.directory, 'files');
  }

  private get state(): string {
    return join(this.directory, 'state.json');
  }

  /** The world kept here, `undefined` for a new directory; throws `Error` for a state of another format. */
  load(): MetastoreState | undefined {
    if (!existsSync(this.state)) return undefined;
    const kept = JSON.parse(readFileSync(this.state, 'utf8'), (_key, value: unknown) =>
      this.revive(value),
    ) as {
      format: number;
      world: MetastoreState;
    };
    if (kept.format !== format)
      throw new Error(`${this.state} has format ${kept.format}, expected ${format}.`);
    // What a state of an older emulator lacks is as in an empty world.
    const empty = emptyState();
    const world = { ...empty, ...kept.world };
    world.workspace = { ...empty.workspace, ...world.workspace };
    for (const parent of [...world.catalogs.values(), ...world.schemas.values()]) {
      parent.createdBy ??= parent.owner;
    }
    return world;
  }

  /** Writes the world; a crash in between leaves the former state. */
  save(world: MetastoreState): void {
    const text = JSON.stringify({ format, world }, (_key, value: unknown) => this.flatten(value));
    const next = `${this.state}.next`;
    writeFileSync(next, text);
    renameSync(next, this.state);
  }

  private flatten(value: unknown): unknown {
    if (value instanceof Map) return { $map: [...(value as Map<string, unknown>)] };
    if (value instanceof Set) return { $set: [...(value as Set<unknown>)] };
    if (isStored(value) && value.content.kind === 'memory')
      return { ...value, content: this.toDisk(value.content, value.sha256) };
    if (isStored(value) && value.content.kind === 'disk') {
      return { ...value, content: { ...value.content, file: basename(value.content.file) } };
    }
    return value;
  }

  private toDisk(content: Extract<Content, { kind: 'memory' }>, sha256: string | undefined): Content {
    const name = sha256 ?? `unnamed-${this.written.size}`;
    if (!this.written.has(name)) writeFileSync(join(this.files, name), content.bytes);
    this.written.add(name);
    return { kind: 'disk', size: content.size, file: name };
  }

  private revive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if ('$map' in value) return new Map(value.$map as [string, unknown][]);
    if ('$set' in value) return new Set(value.$set as unknown[]);
    if (isStored(value) && value.content.kind === 'disk') {
      return {
        ...value,
        content: { ...value.content, file: join(this.files, basename(value.content.file)) },
      };
    }
    return value;
  }
}

function isStored(value: unknown): value is { content: Content; sha256?: string } {
  if (typeof value !== 'object' || value === null || !('content' in value)) return false;
  const { content } = value;
  return typeof content === 'object' && content !== null && 'kind' in content;
}
