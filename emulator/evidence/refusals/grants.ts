import {
  EVERYWHERE,
  DENIED,
  INVALID,
  enriched,
  grants,
  native,
  oauth,
  older,
  parents,
  type Line,
} from '../givers.ts';

/** Refusals about grants, identities and runs. */
export const grantsRefusals: readonly Line[] = [
  // Grants and identity
  [
    INVALID,
    'SecurableType {…} is not a valid securable type.',
    [...grants, ...enriched],
    'assumed: switch permissionPathCase',
  ],
  [INVALID, 'Privilege {…} is not a valid privilege.', grants, 'assumed'],
  [
    DENIED,
    "User is denied MANAGE ACCESS CONTROL on {…} '{…}' by a policy.",
    [...grants, ...native, ...parents, ...older],
    'docs: ABAC DENY policies (beta); message assumed',
  ],
  [
    INVALID,
    'Privilege {…} is not applicable to this entity [FUNCTION].',
    grants,
    'observed by peer: public repositories quote the form',
  ],
  [INVALID, 'max_results must be 0 or at least 150.', grants, 'docs: grants API'],
  [
    '404 SCIM_404',
    '{…} not found.',
    ['who am I', 'groups of the workspace', 'group members (beta)'],
    'docs: SCIM (RFC 7644 §3.12); message assumed',
  ],
  [
    '403 403',
    'Only admins may read the members of groups.',
    ['groups of the workspace', 'people of the workspace'],
    'assumed: switch groupMembers',
  ],
  [
    '401 UNAUTHENTICATED',
    'Credential was not sent or was of an unsupported type for this API.',
    [EVERYWHERE],
    'observed by peer: public repositories quote it',
  ],
  [
    '401 UNAUTHENTICATED',
    'Invalid access token.',
    [EVERYWHERE],
    'observed by peer: public repositories quote it',
  ],
  ['401 UNAUTHENTICATED', 'Access token expired.', [EVERYWHERE], 'assumed: switch badTokenStatus'],
  [DENIED, 'Access token expired.', [EVERYWHERE], 'assumed: switch badTokenStatus'],
  ['401 UNAUTHENTICATED', 'The job may not ask for ID tokens.', ['ID tokens of GitHub Actions'], 'assumed'],
  ['401 invalid_client', 'Client authentication failed', oauth, 'docs: RFC 6749 §5.2; message assumed'],
  [
    '401 invalid_client',
    'A token exchange carries no client authentication',
    oauth,
    'client code: databricks-sdk sends none; refusal assumed',
  ],
  [
    '400 invalid_request',
    'subject_token_type must be urn:ietf:params:oauth:token-type:jwt',
    oauth,
    'docs: RFC 8693 §2.2.2; message assumed',
  ],
  [
    '400 invalid_grant',
    'The {…} of the token is not {…}.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  ['400 invalid_grant', 'The token has expired.', oauth, 'docs: federation policies; messages assumed'],
  [
    '400 invalid_grant',
    'No federation policy is configured.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  [
    '400 invalid_grant',
    'The principal that the token names does not exist.',
    oauth,
    'docs: federation policies; messages assumed',
  ],
  [
    '403 access_denied',
    'The principal may not act as the group {…}.',
    oauth,
    'client code: databricks-sdk 0.162.0 sends the parameter; code, message and what it changes assumed',
  ],
  [
    '400 unsupported_grant_type',
    'Grant type {…} is not supported.',
    oauth,
    'docs: RFC 6749 §5.2; message assumed',
  ],
  // Runs
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Run '{…}' not found",
    ['runs and logged models'],
    'observed by peer: MLflow server 3.17.2',
  ],
  [
    '404|400 RESOURCE_DOES_NOT_EXIST',
    "Logged model with ID '{…}' not found.",
    ['runs and logged models'],
    'observed by peer: MLflow server 3.17.2',
  ],
];
