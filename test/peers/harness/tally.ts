import { peers, type PeerName } from '../../../scripts/peers/table.ts';
import type { CaseResult } from './outcome.ts';

type Counts = Record<CaseResult['verdict'], number>;

const none = (): Counts => ({ ok: 0, FAILED: 0, skipped: 0 });

/** Prints and counts results. */
export class Tally {
  readonly #all = none();
  readonly #byPeer = new Map<PeerName, Counts>();

  /** Prints one line, `ok|FAILED|skipped name - detail`, and counts it for each of the peers that judged. */
  add(result: CaseResult, judges: readonly PeerName[] = []): void {
    this.#all[result.verdict] += 1;
    for (const peer of judges) {
      const counts = this.#byPeer.get(peer) ?? none();
      counts[result.verdict] += 1;
      this.#byPeer.set(peer, counts);
    }
    const detail = result.detail.replaceAll(/\s+/g, ' ').trim();
    console.log(`${result.verdict} ${result.name}${detail === '' ? '' : ` - ${detail}`}`);
    if (result.rows !== undefined) printRows(result.rows);
  }

  /** Prints a row for each peer that judged something. */
  table(versions: Readonly<Record<PeerName, string>>): void {
    const rows = [...this.#byPeer].map(([name, { ok, FAILED, skipped }]) => {
      const { package: wanted, required, judges } = peers[name];
      const cells = [wanted, versions[name], required ? 'required' : 'optional', ok, FAILED, skipped, judges];
      return cells.map(String);
    });
    const head = ['Peer', 'Version', '', 'ok', 'failed', 'skipped', 'Judges'];
    printRows([head, ...rows]);
  }

  /** Prints the last line and gives the exit code. */
  close(): 0 | 1 {
    const { ok, FAILED, skipped } = this.#all;
    console.log(`${ok} passed, ${FAILED} failed, ${skipped} skipped`);
    return FAILED === 0 ? 0 : 1;
  }
}

/** Prints rows in columns, an empty line before and after. */
function printRows(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  console.log(['', ...lines, ''].join('\n'));
}
