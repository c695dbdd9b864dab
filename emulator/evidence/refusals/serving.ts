import { DENIED, enriched, INVALID, native, older, serving, STATE, workspace, type Line } from '../givers.ts';

const sdk = 'client code: databricks-sdk-py 0.162.0';
const fields = `${sdk} names the field and its rule; message assumed`;
const mixed = 'client code: terraform provider databricks, and docs; message assumed';

/** Refusals about serving endpoints. */
export const servingRefusals: readonly Line[] = [
  [
    '404 RESOURCE_DOES_NOT_EXIST',
    'The endpoint {…} does not exist.',
    workspace,
    'client code: the code; message and switch servingHidden assumed',
  ],
  [
    '400|409 RESOURCE_ALREADY_EXISTS',
    "Endpoint with name '{…}' already exists.",
    serving,
    'client code: databricks-agents 1.13.0; status: switch existsStatus',
  ],
  [
    '409 RESOURCE_CONFLICT',
    'Endpoint {…} is currently being updated. Wait until the update has ended.',
    serving,
    'client code: databricks-agents 1.13.0 waits for this class; message assumed; switch servingConflict',
  ],
  [
    STATE,
    'Endpoint {…} is currently being updated. Wait until the update has ended.',
    serving,
    'assumed: switch servingConflict',
  ],
  [
    STATE,
    "Version {…} of '{…}' is served by the endpoint {…} and cannot be deleted.",
    [...older, ...native, ...enriched],
    'assumed: switch servingDeletedVersion',
  ],
  [
    '400 BAD_REQUEST',
    'Cannot create 2+ served entities with the same model version.',
    serving,
    'client code: databricks-agents 1.13.0 looks for "2+ served entities"',
  ],
  [
    '404 RESOURCE_DOES_NOT_EXIST',
    "Registered model version '{…}' version '{…}' does not exist.",
    serving,
    'assumed: 404, as for versions elsewhere',
  ],
  [
    DENIED,
    "User {…} does not have EXECUTE on Routine or Model '{…}'.",
    serving,
    'docs: EXECUTE is needed; message assumed',
  ],
  [INVALID, 'Version {…} of {…} is not READY and cannot be served.', serving, 'assumed'],
  [INVALID, 'At least one served entity is needed.', serving, fields],
  [
    INVALID,
    'An endpoint can have at most {…} served entities.',
    serving,
    'client code: databricks-agents 1.13.0 says 15, docs 10; switch servingMaxEntities',
  ],
  [INVALID, 'An external model must be the only served entity of its endpoint.', serving, mixed],
  [
    INVALID,
    'An endpoint of an external model cannot become one of custom models, nor the reverse.',
    serving,
    mixed,
  ],
  [INVALID, 'A served entity {…}', serving, fields],
  [INVALID, "Field '{…}' of a served entity {…}", serving, `${fields}; switch servingReadOnlyFields`],
  [INVALID, "Invalid name '{…}' of a served entity.", serving, fields],
  [INVALID, "Invalid endpoint name '{…}'.", serving, fields],
  [INVALID, 'Names of served entities must be unique.', serving, fields],
  [INVALID, 'The feature spec {…} has no versions.', serving, fields],
  [INVALID, 'The entity_version of {…} must be a number.', serving, fields],
  [INVALID, 'environment_vars must map names to strings.', serving, fields],
  [INVALID, 'workload_size cannot be combined with provisioned concurrency.', serving, fields],
  [
    INVALID,
    '{…} is not a foundation model and cannot be served with provisioned throughput.',
    serving,
    `${sdk}: for foundation models; message assumed`,
  ],
  [INVALID, "Invalid workload_{…} '{…}'.", serving, fields],
  [INVALID, 'external_model {…}', serving, fields],
  [
    INVALID,
    'You must provide a key in {…}: a reference to a secret, or its field ending in _plaintext.',
    serving,
    fields,
  ],
  [INVALID, 'Only one of {…} and {…} can be given.', serving, fields],
  [INVALID, '{…} must be a reference of the form {{secrets/scope/key}}.', serving, fields],
  [INVALID, 'traffic_config is needed when more than one entity is served.', serving, fields],
  [INVALID, "A route names '{…}', which is not served.", serving, fields],
  [INVALID, "The traffic_percentage of '{…}' must be 0 to 100.", serving, fields],
  [INVALID, 'Each served entity has at most one route.', serving, fields],
  [INVALID, 'The traffic percentages must sum up to 100, not {…}.', serving, fields],
  [INVALID, '{…} of auto_capture_config cannot be changed.', serving, fields],
  [INVALID, 'Inference tables that were disabled cannot be enabled again.', serving, fields],
  [INVALID, 'provisioned_model_units is needed.', serving, fields],
  ['404 RESOURCE_DOES_NOT_EXIST', 'The served entity {…} does not exist.', serving, 'assumed'],
];
