import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../metastore/api-error.ts';
import type { Blobs } from '../metastore/blobs.ts';
import type { Content } from '../metastore/content.ts';
import type { CallContext } from '../metastore/session.ts';
import type { FieldType } from './field.ts';
import type { Input } from './input.ts';

/** How an endpoint lets callers in: bearer token, its own way (`own`), a signed URL, or anybody. */
export type RouteAuth = 'bearer' | 'own' | 'signed' | 'none';

/** Where a route's behaviour is known from, and which part of the interface it belongs to. */
export interface RouteSource {
  from: 'docs' | 'client code' | 'observed by peer' | 'assumed';
  section: string;
}

/** One endpoint. `template` has `{name}` for a segment and `{name*}` for the rest of the path. */
export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly template: string;
  readonly source: RouteSource;
  /** Changes state when it succeeds. */
  readonly write: boolean;
  readonly auth?: RouteAuth;
  /** Statuses of its successes; default 200. */
  readonly succeeds?: readonly number[];
  /** Query parameters of a GET or HEAD, members of the JSON body of any other method. */
  readonly fields?: Readonly<Record<string, FieldType>>;
  /** Query parameters of a method with a body. */
  readonly query?: Readonly<Record<string, FieldType>>;
  /** The request body is a file, read through `context.body`. */
  readonly streams?: boolean;
  /** The body is a form. */
  readonly form?: boolean;
  /** The body may be a form in parts; a file in it becomes base64. */
  readonly multipart?: boolean;
  /** The most bytes of a body that is not streamed; default 4 MiB. */
  readonly bodyLimit?: number;
  /** What the audit log records of it, with the parameters that it names. */
  readonly audit?: { readonly action: string; readonly params: (input: Input) => Record<string, string> };
  readonly handle: (input: Input, context: Context) => RouteResponse | Promise<RouteResponse>;
}

/** What a handler sees beside its input. */
export interface Context {
  readonly session: CallContext;
  readonly headers: IncomingHttpHeaders;
  /** Where the server can be reached, without a slash at the end. */
  readonly baseUrl: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly signer: Signer;
  readonly s3: S3Place;
  readonly vault: Vault;
  readonly compute: Compute;
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** A fault wants the next signed URL to be expired. */
  readonly expired: boolean;
}

/** What temporary credentials allow: one folder of the bucket, until they end (milliseconds since 1970). */
export interface StorageGrant {
  folder: string;
  operation: 'read' | 'write';
  expiresAt: number;
}

/** What runs the tasks of jobs. */
export interface Compute {
  /** Says that a run was made or changed. */
  wake(): void;
}

/** Makes temporary credentials and says what they allow. */
export interface Vault {
  issue(grant: StorageGrant): string;
  /** `undefined` for a token that was never issued. */
  open(token: string): StorageGrant | undefined;
  /** The secret key that belongs to a token. */
  keyOf(token: string): string;
}

/** Where the `s3` route leads: a store that somebody else runs. */
export interface S3Place {
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** How objects are to be encrypted there, said with the credentials of S3; nothing by default. */
  encryption?: S3Encryption;
}

/** In the words of MLflow 3.17.2 (`SseEncryptionDetails` of databricks_uc_registry_messages). */
export interface S3Encryption {
  algorithm: 'AWS_SSE_S3' | 'AWS_SSE_KMS';
  aws_kms_key_arn?: string;
}

/** Large uploads under way, by session token. */
export type Uploads = Map<string, Upload>;

/** One large upload. */
export interface Upload {
  kind: 'multipart' | 'resumable' | 'object';
  path: string;
  caller: string;
  parts: Map<number, { content: Content; etag: string }>;
}

/** Makes and checks signed URLs. */
export interface Signer {
  /** URL for `operation` on `path`, with the headers the caller must send; `expiresAt` in ms since 1970. */
  sign(
    operation: string,
    path: string,
    expiresAt: number,
  ): { url: string; headers: { name: string; value: string }[] };
  /** Throws an XML 403 as a cloud store does when the signature is wrong or old. */
  check(input: Input, headers: IncomingHttpHeaders, operation: string, path: string, now: number): void;
}

/** What a handler returns: JSON, a file (a range of it), raw text, or nothing. */
export type RouteResponse =
  | { status: number; headers?: Record<string, string>; json: unknown }
  | {
      status: number;
      headers?: Record<string, string>;
      file: Content;
      start: number;
      end: number;
      contentType: string;
    }
  | { status: number; headers?: Record<string, string>; text: string; contentType: string }
  | { status: number; headers?: Record<string, string> };

/** Makes a route of the enriched native family, which a workspace may not have: 404 `ENDPOINT_NOT_FOUND` then. */
export function enriched(route: Route): Route {
  return {
    ...route,
    handle: (input, context) => {
      if (context.session.switches.nativeEnriched) return route.handle(input, context);
      throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${route.method} ${route.template}'`);
    },
  };
}

/** 200 with a JSON body. */
export function ok(json: unknown): RouteResponse {
  return { status: 200, json };
}

/** Shorthand for a route table: fixes prefix and source of a family. */
export function family(
  prefix: string,
  source: RouteSource,
): (route: Omit<Route, 'source'> & { source?: RouteSource }) => Route {
  return (route) => ({ source, ...route, template: `${prefix}${route.template}` });
}
