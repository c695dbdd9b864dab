import type { Account } from './account.ts';

/** The account that set off the event which a workflow run is of, as GitHub describes it in the event. */
export interface EventSender {
  readonly login: string;
  readonly kind: Account['kind'];
}
