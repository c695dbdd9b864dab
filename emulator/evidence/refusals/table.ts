import type { RouteSource } from '../../routes/route.ts';
import { filesRefusals } from './files.ts';
import { grantsRefusals } from './grants.ts';
import { jobsRefusals } from './jobs.ts';
import { modelsRefusals } from './models.ts';
import { objectsRefusals } from './objects.ts';
import { servingRefusals } from './serving.ts';
import { sqlRefusals } from './sql.ts';

/** A refusal that the emulator gives, and what is known of it. */
export interface Refusal {
  readonly status: readonly number[];
  /** `error_code`; the `error` of OAuth, the `Code` of a cloud store. */
  readonly code: string;
  /** `{…}` stands for whatever the request named. */
  readonly message: string;
  /** Sections of the endpoints that give it; see `RouteSource.section`. */
  readonly by: readonly string[];
  readonly from: RouteSource['from'];
  readonly source: string;
}

/** Every refusal of the emulator; one that is not here is a violation where the emulator is strict. */
export const refusals: readonly Refusal[] = [
  ...modelsRefusals,
  ...grantsRefusals,
  ...filesRefusals,
  ...jobsRefusals,
  ...objectsRefusals,
  ...servingRefusals,
  ...sqlRefusals,
].map(([response, message, by, known]) => {
  const [statuses = '', code = ''] = response.split(' ');
  const [from = '', ...rest] = known.split(': ');
  const word = (['docs', 'client code', 'observed by peer', 'assumed'] as const).find(
    (each) => each === from,
  );
  if (word === undefined) throw new Error(`No source: ${known}`);
  return {
    status: statuses.split('|').map(Number),
    code,
    message,
    by,
    from: word,
    source: rest.join(': '),
  };
});
