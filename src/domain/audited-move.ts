/** A move of an alias as an audit log has it; what the log does not say is left out. */
export interface AuditedMove {
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** The full name of its model, in small letters. */
  readonly model: string;
  readonly alias?: string;
  /** What it names then; null for nothing. */
  readonly to?: number | null;
  readonly who?: string;
  /** The user agent of the client. */
  readonly agent?: string;
  /** Whether the log says that the request succeeded; one that failed is none of these. */
  readonly isMade?: true;
}

/** A move of which the log says everything that decides something. */
export interface KnownMove extends AuditedMove {
  readonly to: number | null;
}

/** What an audit log says of the moves of one alias in a span of time: rows may be late or missing, so that none proves nothing. */
export interface MovesBetween {
  /** Oldest first. */
  readonly moves: readonly KnownMove[];
  /** Moves of the model's aliases that may be of this one: alias, version or success is not in them. */
  readonly unclear: number;
  /** Whether older ones were left out, as there are too many. */
  readonly isCut: boolean;
}
