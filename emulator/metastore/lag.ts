import type { MetastoreState } from './state.ts';

/** What lists and effective permissions have not heard of yet. Not part of the state that is kept. */
export class Lag {
  private readonly hidden = new WeakMap<object, number>();
  private stale: { grants: MetastoreState['grants']; reads: number } | undefined;

  /** Hides `thing` from the next `reads` lists that would contain it. */
  hide(thing: object, reads: number): void {
    if (reads > 0) this.hidden.set(thing, reads);
  }

  /** Whether a list shows `thing`; asking counts as one read. */
  shows(thing: object): boolean {
    const left = this.hidden.get(thing) ?? 0;
    if (left === 0) return true;
    this.hidden.set(thing, left - 1);
    return false;
  }

  /** Keeps the grants as they were for the next `reads` effective reads. */
  keepGrants(grants: MetastoreState['grants'], reads: number): void {
    this.stale = { grants: structuredClone(grants), reads };
  }

  /** The grants that an effective read sees. */
  grantsSeen(current: MetastoreState['grants']): MetastoreState['grants'] {
    if (!this.stale || this.stale.reads === 0) return current;
    this.stale.reads -= 1;
    return this.stale.grants;
  }
}
