import type { EndedProcess } from '../domain/process-ending.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { StatedId } from '../domain/stated-id.ts';
import type { Authorizer } from '../http/client-options.ts';
import type { HostMetadataMemo } from '../http/host-metadata.ts';
import type { Transport } from '../http/transport.ts';
import type { SignInMethod } from './settings.ts';

/** A way to sign in that was chosen; shared by every connection to its host. */
export interface SignIn extends Authorizer {
  readonly method: SignInMethod;
  /** Whom the settings name, as they name it; the workspace itself says who it is. */
  readonly client?: string;
  /** The workspace and the application that the settings give; what the workspace says otherwise is a fault of theirs. */
  readonly stated?: { readonly workspace?: StatedId; readonly application?: StatedId };
  /** Gets a token now, so that a failure shows here; returns when it expires, milliseconds since 1970. */
  open(): Promise<number | undefined>;
}

/** How a tool of the machine ended, and what it printed. */
export type ToolResult = EndedProcess & { readonly stdout: string; readonly stderr: string };

/** What ends a tool that does not end. */
export interface ToolLimits {
  readonly timeoutMs: number;
  /** Ends it when the run is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * Runs a tool of the machine silently: nothing that it prints reaches the log. Throws when it cannot be started, with the
 * code `ETIMEDOUT` when it does not end in time, and `cancelled` when the run was cancelled; it has ended then.
 */
export type RunTool = (tool: string, args: readonly string[], limits: ToolLimits) => Promise<ToolResult>;

/** Addresses outside of the workspace; tests give their own. */
export interface CloudEndpoints {
  /** Microsoft Entra, `https://host`. */
  readonly entra: string;
  /** Resource of Azure's management, for which a second token may be needed. */
  readonly management: string;
  /** Instance metadata of an Azure machine, `http://host`. */
  readonly metadata: string;
}

/** What signing in needs of the world. */
export interface SignInWorld {
  readonly transport: Transport;
  readonly metadata: HostMetadataMemo;
  /** A transport that goes through no proxy: the metadata address responds to the machine itself only. */
  readonly direct: () => Promise<Transport>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly userAgent: (method: SignInMethod) => string;
  /** Called with every secret before it is used. */
  readonly mask: (secret: string) => void;
  readonly runTool: RunTool;
  readonly readFile: (path: string) => Promise<string>;
  /** Ids of the repository and its owner, for the immutable form of a subject. */
  readonly repository: { readonly id?: string; readonly ownerId?: string };
  /** Replaces the addresses of the Azure environment that is set. */
  readonly endpoints?: CloudEndpoints;
}
