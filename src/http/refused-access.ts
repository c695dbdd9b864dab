import type { ErrorCode } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';

/** What a 403 means that is not about a right on an object. */
export interface RefusedAccess {
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  readonly fix: string;
}

const TOKEN: RefusedAccess = {
  code: 'unauthenticated',
  outcome: 'denied',
  fix: 'Check that the token is the one of this host and has not expired.',
};

const WORKSPACE: RefusedAccess = {
  code: 'unauthenticated',
  outcome: 'denied',
  fix: 'Check that host, and workspace-id where it is given, are the workspace that was meant, and assign the principal to it.',
};

const NETWORK: RefusedAccess = {
  code: 'unavailable',
  outcome: 'unavailable',
  fix: 'The workspace does not let the network of this runner in, by an IP access list, a network policy, or public access that is switched off: add the address of the runner, or use a runner inside of the network that is allowed.',
};

/**
 * Workspaces refuse tokens, callers and networks by 403 with the status as `error_code`, or with a page, where only the
 * words tell it from a missing right: Azure/MachineLearningNotebooks#840 (a page), databricks/databricks-vscode#583,
 * gbrueckl/Databricks.API.PowerShell#87, terraform-provider-databricks#2715, omnigent-ai/omnigent#4463; the message about
 * network access as plain text and as JSON: fgarofalo56/csa-inabox#4765, where public access was switched off.
 */
const MEANINGS: readonly (readonly [RegExp, RefusedAccess])[] = [
  [/^Invalid access token\b|^Access token expired|^Token is expir|\(token expired\)/iu, TOKEN],
  [/^(?:Invalid|Unauthorized) access to Org\b/iu, WORKSPACE],
  [/\bis blocked by Databricks IP ACL\b|^Unauthorized network access\b/iu, NETWORK],
];

/** The meaning of the message of a 403, where it is about the token, the workspace or the network. */
export function refusedAccess(message: string): RefusedAccess | undefined {
  return MEANINGS.find(([words]) => words.test(message.trim()))?.[1];
}
