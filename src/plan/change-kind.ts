import type { LookSubject } from '../domain/change-target.ts';

/** What is known of one kind of change, beside how it is applied. */
export interface ChangeKind<Planned, Made = Planned> {
  /** One line of plain words, not escaped: `(none)` stands for what did not exist, `(removed)` for what shall not. */
  format(this: void, change: Planned): string;
  /** What shows whether it was made. */
  subject(this: void, change: Planned): LookSubject;
  /** The version that a change names where a plan may name the copy; undefined for none. */
  versionIn(this: void, change: Made): number | undefined;
  /** The change once the copy has a number. */
  withCopy(this: void, change: Planned, version: number): Made;
}
