/** A JSON object as it was sent. */
export type Json = Readonly<Record<string, unknown>>;

/** One served entity with everything that was sent of it, what the server filled in, and when it was first served. */
export interface Served {
  name: string;
  fields: Json;
  creator: string;
  createdAt: number;
}

/** Share of the requests that an entity gets, in percent. */
export interface TrafficRoute {
  name: string;
  percentage: number;
  /** Everything else that was sent of it. */
  more?: Json;
}

/** What an endpoint serves. */
export interface ServingConfig {
  version: number;
  served: Served[];
  routes: TrafficRoute[];
  /** Everything else that was sent of the routing. */
  routing?: Json;
  /** Inference tables of the older kind; `undefined` for none. */
  autoCapture: Json | undefined;
}

/** How an update ends when it does not succeed. */
export interface UpdateFailure {
  state: 'UPDATE_FAILED' | 'UPDATE_CANCELED';
  message: string;
  /** Name of the entity that cannot be deployed; default: every new one. */
  served?: string;
}

/** An update under way, or one that failed and is still shown. */
export interface PendingUpdate {
  config: ServingConfig;
  startedAt: number;
  /** When it ends, by the clock of the emulator. */
  endsAt: number;
  failure: UpdateFailure | undefined;
  isOver: boolean;
}

/** A serving endpoint. Times are milliseconds since 1970. */
export interface Endpoint {
  id: string;
  name: string;
  creator: string;
  createdAt: number;
  updatedAt: number;
  config: ServingConfig | undefined;
  pending: PendingUpdate | undefined;
  /** How the last update ended. */
  lastUpdate: 'NOT_UPDATING' | UpdateFailure['state'];
  /** Reads that do not see the newest update yet. */
  staleReads: number;
  tags: Map<string, string>;
  aiGateway: Json | undefined;
  description: string | undefined;
  notifications: Json | undefined;
  routeOptimized: boolean;
}
