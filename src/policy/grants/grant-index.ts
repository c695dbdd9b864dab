import { securableKey, type Privilege, type Securable } from '../../domain/privilege.ts';

/** A grant by where it was made, wherever it was seen. */
export interface Grant {
  readonly principal: string;
  readonly privilege: Privilege;
  readonly on: Securable;
  /** The securables whose rows show it; absent for one that is only planned. */
  readonly seenOn?: readonly Securable[];
}

interface Entry {
  readonly grant: Grant;
  /** Its place among all grants. */
  readonly at: number;
}

/** Grants by the object that they were made on: a right asks for those on its own path only, however many objects there are. */
export class GrantIndex {
  readonly #below: GrantIndex | undefined;
  readonly #entries = new Map<string, Entry[]>();
  readonly #onMetastores: Entry[] = [];
  readonly #size: number;

  /** Further grants beside those of `below`, which stays as it is. */
  constructor(grants: Iterable<Grant>, below?: GrantIndex) {
    this.#below = below;
    let at = below === undefined ? 0 : below.#size;
    for (const grant of grants) {
      const entry = { grant, at };
      if (grant.on.type === 'metastore') this.#onMetastores.push(entry);
      this.#add(securableKey(grant.on), entry);
      at += 1;
    }
    this.#size = at;
  }

  /** Those on one of the objects, in the order in which they were read. */
  on(path: readonly Securable[]): Grant[] {
    return inOrder(this.#at(path.map(securableKey)));
  }

  /** Those on one of the objects or on a metastore, in the order in which they were read. */
  onOrAbove(path: readonly Securable[]): Grant[] {
    const objects = path.filter(({ type }) => type !== 'metastore');
    return inOrder([...this.#at(objects.map(securableKey)), ...this.#metastores()]);
  }

  #add(key: string, entry: Entry): void {
    const others = this.#entries.get(key);
    if (others === undefined) this.#entries.set(key, [entry]);
    else others.push(entry);
  }

  #at(keys: readonly string[]): Entry[] {
    const own = keys.flatMap((key) => this.#entries.get(key) ?? []);
    return this.#below === undefined ? own : [...this.#below.#at(keys), ...own];
  }

  #metastores(): Entry[] {
    return this.#below === undefined
      ? this.#onMetastores
      : [...this.#below.#metastores(), ...this.#onMetastores];
  }
}

function inOrder(entries: readonly Entry[]): Grant[] {
  return [...entries].sort((a, b) => a.at - b.at).map(({ grant }) => grant);
}
