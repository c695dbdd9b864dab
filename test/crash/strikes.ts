import type { Emulator, Fault, Metastore } from '../../emulator/index.ts';
import type { Point, Scenario } from './scenario.ts';

/** What is done to one request. `kill-…` need a process. */
export type Strike =
  | 'fails before it is processed'
  | 'processed, and the answer is lost'
  | 'cut inside of the request body'
  | 'cut inside of the answer'
  | '429'
  | '503'
  | 'expired URL'
  | 'nothing answers from here on'
  | 'killed, not processed'
  | 'killed, processed'
  | 'somebody meddles before it is processed'
  | 'somebody meddles when it is processed';

/** Strikes that end the process. */
export const KILLS: readonly Strike[] = ['killed, not processed', 'killed, processed'];

/** What is done to requests where somebody else meddles. */
const MEDDLING: readonly Strike[] = [
  'somebody meddles before it is processed',
  'somebody meddles when it is processed',
];

/** The strikes that make sense for a request. */
export function strikesFor(point: Point, { meddler }: Pick<Scenario, 'meddler'>): readonly Strike[] {
  if (meddler !== undefined) return MEDDLING;
  const strikes: Strike[] = [
    'fails before it is processed',
    'processed, and the answer is lost',
    '429',
    '503',
    'nothing answers from here on',
    ...KILLS,
  ];
  if (point.sent > 1) strikes.push('cut inside of the request body');
  if (point.received > 1) strikes.push('cut inside of the answer');
  if (isSigned(point)) strikes.push('expired URL');
  return strikes;
}

/** Whether permission may have ended: the address of an upload on Google's storage outlives the token that opened it. */
function isSigned({ method, template }: Point): boolean {
  if (method === 'PUT' && template.startsWith('/object-store/google/')) return false;
  return isStore(template) || /\/create-[a-z-]*url/u.test(template);
}

function isStore(template: string): boolean {
  return /^\/(?:cloud-storage|object-store)\//u.test(template);
}

/** What a strike does beside what happens to its request. */
export interface Hands {
  /** Ends the process that runs the action. */
  readonly kill: () => void;
  readonly meddle: (metastore: Metastore) => void;
}

/** Arms an emulator for one strike. Returns whether the request came and was dealt with as the strike says. */
export function arm(emulator: Emulator, point: Point, strike: Strike, hands: Hands): () => boolean {
  let hasStruck = false;
  const { method, path, occurrence } = point;
  const before = emulator.requests.length;
  const place = { method, path, skip: occurrence };
  const note: Fault = { kind: 'run', when: 'before', run: () => void (hasStruck = true) };
  emulator.faults.add({ ...place, kind: note });
  for (const kind of faultsOf(emulator, strike, point, hands)) emulator.faults.add({ ...place, kind });
  return () => {
    const struck = emulator.requests
      .slice(before)
      .filter((each) => each.method === method && each.path === path)[occurrence];
    return hasStruck && struck !== undefined && wasDealt(struck, strike, point);
  };
}

/** Whether a request ended as its strike says; that a process was killed is known of the process. */
function wasDealt(
  { status, bytesOut }: Emulator['requests'][number],
  strike: Strike,
  { template, received }: Point,
): boolean {
  switch (strike) {
    case 'fails before it is processed':
    case 'processed, and the answer is lost':
    case 'cut inside of the request body':
    case 'nothing answers from here on':
      return status === 0;
    case 'cut inside of the answer':
      return bytesOut <= 0.75 * received;
    case '429':
      return status === 429;
    case '503':
      return status === 503;
    case 'expired URL':
      // On a presign endpoint it is the URL in a good answer that has expired.
      return !isStore(template) || status >= 400;
    case 'killed, not processed':
    case 'killed, processed':
    case 'somebody meddles before it is processed':
    case 'somebody meddles when it is processed':
      return true;
  }
}

function faultsOf(emulator: Emulator, strike: Strike, point: Point, { kill, meddle }: Hands): Fault[] {
  const dropBefore: Fault = { kind: 'drop', when: 'before' };
  switch (strike) {
    case 'fails before it is processed':
      return [dropBefore];
    case 'processed, and the answer is lost':
      return [{ kind: 'drop', when: 'after' }];
    case 'cut inside of the request body':
      return [{ kind: 'cut-upload', afterBytes: Math.floor(point.sent / 2) }];
    case 'cut inside of the answer':
      return [{ kind: 'drop', when: 'during' }];
    case '429':
      return [{ kind: 'retry-after-seconds', seconds: 1 }];
    case '503':
      return [{ kind: 'status', status: 503 }];
    case 'expired URL':
      return [{ kind: 'expired-url' }];
    case 'nothing answers from here on':
      return [
        dropBefore,
        {
          kind: 'run',
          when: 'after',
          run: () => emulator.faults.add({ times: Number.POSITIVE_INFINITY, kind: dropBefore }),
        },
      ];
    case 'killed, not processed':
      return [{ kind: 'run', when: 'before', run: kill }, dropBefore];
    case 'killed, processed':
      return [{ kind: 'run', when: 'after', run: kill }];
    case 'somebody meddles before it is processed':
      return [{ kind: 'run', when: 'before', run: meddle }];
    case 'somebody meddles when it is processed':
      return [{ kind: 'run', when: 'after', run: meddle }];
  }
}
