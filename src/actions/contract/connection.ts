/** What a host responded to a request without a credential. */
export interface HostProbe {
  readonly tookMs: number;
  /** How far the clock of this machine is ahead of the host's, milliseconds; absent when the host sends no `Date`. */
  readonly aheadMs?: number;
  /** `workspace`, `account`, `unified`, in the host's word. */
  readonly hostType?: string;
}

/** How an action is connected to the registry, for the action that reports on it. */
export interface Connection {
  /** The domain that the host belongs to, such as `azuredatabricks.net`; the host's own name may be a secret. */
  readonly domain: string;
  readonly method: string;
  /** Variables that lead requests through a proxy, by name. */
  readonly proxyVariables: readonly string[];
  /** Whether `NODE_EXTRA_CA_CERTS` adds certificates. */
  readonly extraCertificates: boolean;
  /** Asks the host for its metadata; throws `unavailable` when nothing responds. */
  probe(): Promise<HostProbe>;
  /** Gets a token; returns when it expires, milliseconds since 1970, where the method states it. */
  signIn(): Promise<number | undefined>;
}
