/** The account that set off the event which a workflow run is of, as GitHub describes it in the event. */
export interface EventSender {
  readonly login: string;
  /** True for the account of an app. */
  readonly isBot: boolean;
}
