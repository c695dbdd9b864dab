// What was named when is known here by watching the registry alone: nothing of src is used, and no record is read.

/** A time during which an alias named a version, in milliseconds since the epoch; `until` is undefined while it does. */
interface Naming {
  readonly alias: string;
  readonly version: number;
  readonly since: number;
  until: number | undefined;
}

/** Who moved an alias last, and from which version. */
interface LastMove {
  readonly by: 'us' | 'others';
  readonly from: number | null;
}

/** Everything that the aliases of a model named, as somebody sees it who watches every change. */
export class TrueNaming {
  readonly #namings: Naming[] = [];
  readonly #last = new Map<string, LastMove>();

  /** Notes what the aliases name after a change. */
  watch(aliases: Readonly<Record<string, number>>, by: LastMove['by'], now: number): void {
    const names = new Set([...Object.keys(aliases), ...this.#namings.map(({ alias }) => alias)]);
    for (const alias of names) {
      const open = this.#namings.find((each) => each.alias === alias && each.until === undefined);
      const version = aliases[alias];
      if (open?.version === version) continue;
      if (open !== undefined) open.until = now;
      if (version !== undefined) this.#namings.push({ alias, version, since: now, until: undefined });
      this.#last.set(alias, { by, from: open?.version ?? null });
    }
  }

  /** Who moved an alias last. */
  lastMove(alias: string): LastMove | undefined {
    return this.#last.get(alias);
  }

  /** Why a version must not be deleted: sentences. */
  protects(
    version: number,
    { now, keepDays }: { readonly now: number; readonly keepDays: number },
  ): string[] {
    const since = now - keepDays * 24 * 3_600_000;
    const named = this.#namings.filter((each) => each.version === version);
    const live = named.filter(({ until }) => until === undefined).map(({ alias }) => `${alias} names it`);
    const lately = named
      .filter(({ until }) => until !== undefined && until > since)
      .map(({ alias, until }) => `${alias} named it until ${new Date(until ?? 0).toISOString()}`);
    const back = this.#namings
      .filter(({ until }) => until === undefined)
      .filter(({ alias }) => {
        const last = this.#last.get(alias);
        return last?.by === 'us' && last.from === version;
      })
      .map(({ alias }) => `a rollback of ${alias} would go back to it`);
    return [...live, ...lately, ...back];
  }
}
