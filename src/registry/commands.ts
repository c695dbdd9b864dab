import type { FullName } from '../domain/full-name.ts';
import type { GrantCommands } from '../domain/grant-commands.ts';
import type { LookSubject } from '../domain/change-target.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { TagChange } from '../plan/changes/tag.ts';

/** Something that people run themselves, and the language that it is in. */
export interface Command {
  readonly language: 'shell' | 'python';
  readonly text: string;
}

/** What people are asked to run by hand at one registry: to look, to undo, to fix. Pure texts; nothing of it is run here. */
export interface ManualCommands {
  /** Shows whether a change was made; undefined where no command can hold a name. */
  look(subject: LookSubject): Command | undefined;
  /** Points an alias at a version, or deletes it when `to` is null; absent where there are no aliases. */
  alias?(name: FullName, alias: string, to: number | null): Command;
  /** Writes the old values of tags and descriptions again; absent where there are no tags. */
  labels?(changes: readonly (TagChange | DescriptionChange)[]): Command;
  /** Absent where a registry keeps no grants. */
  readonly grants?: GrantCommands;
}
