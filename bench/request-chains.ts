import type { RequestRecord } from '../emulator/index.ts';

const FAMILIES = [
  ['/api/2.1/unity-catalog', 'uc'],
  ['/api/2.0/mlflow/unity-catalog', 'mlflow'],
  ['/api/2.0/fs', 'fs'],
  ['/api/2.0/preview/scim/v2', 'scim'],
] as const;

/** `GET uc/models/{full_name}`: method and template, the prefix of the family shortened; a write has a `!`. */
export function requestLine({ method, template, write }: RequestRecord): string {
  const family = FAMILIES.find(([prefix]) => template.startsWith(`${prefix}/`));
  const path = family === undefined ? template : `${family[1]}${template.slice(family[0].length)}`;
  return `${method} ${path}${write ? ' !' : ''}`;
}

/**
 * The requests as lines, in order as far as it is fixed: reads between two writes may overtake each other, and so may
 * writes between two reads; each such run is sorted.
 */
export function requestPhases(records: readonly RequestRecord[]): string[] {
  const phases: { write: boolean; lines: string[] }[] = [];
  for (const record of records) {
    const last = phases.at(-1);
    if (last?.write === record.write) last.lines.push(requestLine(record));
    else phases.push({ write: record.write, lines: [requestLine(record)] });
  }
  return phases.flatMap(({ lines }) => lines.sort());
}

/** Milliseconds by which a response may have left before the server noted its end; far under the latency of the tests. */
const SLACK = 15;

/**
 * The longest chain of requests in which each started after the former's end: how many round trips a run costs however
 * many requests go side by side. Only meaningful with a latency well over {@link SLACK}.
 */
export function chainDepth(records: readonly RequestRecord[]): number {
  return longestChain(records).length;
}

/** One longest chain, as lines. */
export function longestChain(records: readonly RequestRecord[]): string[] {
  const sorted = [...records].sort((a, b) => a.startedAt - b.startedAt);
  const chains = new Map<RequestRecord, RequestRecord[]>();
  let longest: RequestRecord[] = [];
  for (const record of sorted) {
    let before: RequestRecord[] = [];
    for (const [earlier, chain] of chains) {
      if (earlier.endedAt - SLACK <= record.startedAt && chain.length > before.length) before = chain;
    }
    const chain = [...before, record];
    chains.set(record, chain);
    if (chain.length > longest.length) longest = chain;
  }
  return longest.map(requestLine);
}
