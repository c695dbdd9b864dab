import type { Trial } from '../trial.ts';
import { WITHSTOOD } from './withstood.ts';
import { PART_A_GATES } from './part-a-gates.ts';
import { PART_A_PRINTED } from './part-a-printed.ts';
import { PART_A_RACES } from './part-a-races.ts';

/** Every schedule that has a name. */
export const NAMED: readonly Trial[] = [...WITHSTOOD, ...PART_A_GATES, ...PART_A_PRINTED, ...PART_A_RACES];
