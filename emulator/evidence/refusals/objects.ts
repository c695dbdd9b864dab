import { INVALID, objects, workspace, type Line } from '../givers.ts';

const sdk = 'client code: databricks-sdk-py 0.162.0';

/** Refusals about files, notebooks and folders of the workspace. */
export const objectsRefusals: readonly Line[] = [
  [
    '404 RESOURCE_DOES_NOT_EXIST',
    "Path ({…}) doesn't exist.",
    objects,
    `${sdk} names the code; message from public repositories`,
  ],
  [
    '404 RESOURCE_DOES_NOT_EXIST',
    'The parent folder ({…}) does not exist.',
    objects,
    'client code: libs/filer of databricks/cli',
  ],
  ['404 RESOURCE_DOES_NOT_EXIST', 'The {…} {…} does not exist.', workspace, 'assumed'],
  [
    '400|409 RESOURCE_ALREADY_EXISTS',
    'Path ({…}) already exists.',
    objects,
    `${sdk} names the code; status: switch existsStatus`,
  ],
  [
    '400 DIRECTORY_NOT_EMPTY',
    'Folder ({…}) is not empty.',
    objects,
    `${sdk} names the code; message from public repositories`,
  ],
  [
    '400 MAX_NOTEBOOK_SIZE_EXCEEDED',
    'File size imported is ({…} bytes), exceeded max size ({…} bytes)',
    objects,
    `${sdk} names the code and 10 MB; message from public repositories`,
  ],
  [INVALID, "Path ({…}) doesn't start with '/'", objects, 'observed by peer: public repositories quote it'],
  [INVALID, 'Path ({…}) is not canonical.', objects, 'assumed'],
  [
    INVALID,
    'The language of a notebook in format SOURCE is needed.',
    objects,
    `${sdk}: required; message assumed`,
  ],
  [
    INVALID,
    'The emulator imports SOURCE, AUTO, RAW and JUPYTER, not {…}.',
    objects,
    'assumed: the emulator has no more, and says so',
  ],
  [INVALID, 'Unknown language {…}.', objects, `${sdk} names four`],
  [INVALID, 'content is not base64.', objects, `${sdk}: base64; message assumed`],
  [
    INVALID,
    'Cannot export the folder {…}: only DBC does that.',
    objects,
    `${sdk}: DBC for folders; message assumed`,
  ],
  [INVALID, 'The folder {…} cannot be deleted.', objects, 'assumed'],
  [INVALID, 'Unknown object type {…}.', workspace, 'assumed'],
  [INVALID, 'A part of the request body has no name.', objects, 'assumed: RFC 7578 §4.2'],
  [INVALID, 'The request body has no boundary.', objects, 'assumed: RFC 7578 §4.1'],
];
