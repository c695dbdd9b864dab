import type { SYNC_OUTPUTS, SyncInputs } from '../../inputs/sync.ts';
import type { ActionContext } from '../contract/context.ts';

/** What the synchronisation of aliases with their pins works with. */
export type SyncContext = ActionContext<SyncInputs, typeof SYNC_OUTPUTS>;
