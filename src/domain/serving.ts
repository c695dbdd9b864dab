/** A version of a registered model that an endpoint serves under the name of an entity. */
export interface ServedVersion {
  readonly entity: string;
  /** The full name of the model, as the endpoint spells it. */
  readonly model: string;
  /** Absent where it is not stated, or is no number: it may be any. */
  readonly version?: number;
}

/** A serving endpoint as the list of all shows it: without traffic, and without what an update is about to bring. */
export interface ListedEndpoint {
  readonly name: string;
  readonly served: readonly ServedVersion[];
  /** Whether an update is under way, or may be: then only a read of the endpoint itself shows what it brings. */
  readonly isUpdating: boolean;
}

/** Something that an endpoint serves, with all that a write of its config has to send back. */
export interface ServedEntity {
  readonly name: string;
  /** The full name of a model or of a function of features; absent for a model of another provider. */
  readonly model?: string;
  /** Absent where what is served has no versions. */
  readonly version?: number;
  readonly isExternal: boolean;
  /** Everything else of it, in the words of the registry: a write sends it back as it was read. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings that it may have and that no read gives back. */
  readonly unread: readonly string[];
  /** Whether its deployment is ready, and what the platform says of it. */
  readonly isReady: boolean;
  readonly message: string;
}

/** The share of the requests that an entity gets. */
export interface ServingRoute {
  readonly entity: string;
  readonly percent: number;
  /** Everything else of it, in the words of the registry: a write sends it back as it was read. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What an endpoint serves, or is about to. */
export interface ServingConfig {
  /** Grows with each config that takes effect; absent where it is not shown. */
  readonly version?: number;
  readonly entities: readonly ServedEntity[];
  readonly routes: readonly ServingRoute[];
  /** Everything of its routing beside {@link routes}, in the words of the registry. */
  readonly routing: Readonly<Record<string, unknown>>;
  /** Everything else of it, in the words of the registry. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How the last update of an endpoint stands; `unknown` for a word that this release does not know. */
export type ServingUpdate = 'none' | 'running' | 'failed' | 'cancelled' | 'unknown';

/** A serving endpoint. */
export interface ServingEndpoint {
  readonly name: string;
  /** Absent while it has never been ready. */
  readonly config?: ServingConfig;
  /** What an update is about to bring, or did not. */
  readonly pending?: ServingConfig;
  readonly isReady: boolean;
  readonly update: ServingUpdate;
  /** Whether the caller may change it; absent where that is not shown. */
  readonly isManageable?: boolean;
}

/** Entities and routes that an endpoint shall have, and the other settings of its config. */
export type WantedServing = Pick<ServingConfig, 'entities' | 'routes' | 'routing' | 'settings'>;
