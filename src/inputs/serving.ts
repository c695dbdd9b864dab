import type { InputFault } from '../domain/input-fault.ts';
import {
  alias,
  fullName,
  boolean,
  defaulted,
  duration,
  oneOf,
  optional,
  required,
  type InputsOf,
  type RawInputs,
} from './fields.ts';
import { lines } from './lines.ts';
import { jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { PLAN_INPUTS, PLAN_OUTPUTS } from './plan.ts';
import { SIGNATURE_INPUTS } from './signature.ts';

/** How endpoints are updated. */
const RULES = {
  'keep-previous': defaulted(boolean, {
    description:
      'Keep the former version deployed on the endpoints, without requests: going back then only moves the requests and takes seconds. It costs its compute.',
    default: 'false',
  }),
  'when-updating': defaulted(oneOf(['wait', 'refuse']), {
    description: 'What to do while another update of an endpoint runs: `wait` or `refuse`.',
    default: 'wait',
  }),
  'serving-timeout': defaulted(duration, {
    description: 'Time limit of the update of the endpoints, which builds a container.',
    default: '60m',
  }),
  'on-serving-failure': defaulted(oneOf(['stay', 'restore']), {
    description:
      'If the update of an endpoint fails: `stay` leaves everything as it then is, `restore` puts the other endpoints and the alias back.',
    default: 'stay',
  }),
};

const DESCRIPTION =
  'Serving endpoints of the workspace that get the version, one name per line. Nothing else of them changes.';

/** Inputs of an action that moves an alias and may update endpoints then. */
export const SERVING_INPUTS = { endpoints: optional(lines, { description: DESCRIPTION }), ...RULES };

/** Inputs of the action that updates endpoints. */
export const UPDATE_SERVING_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  alias: required(alias, {
    description: 'Alias that names the version to serve, such as `Champion`.',
    example: 'Champion',
  }),

  endpoints: required(lines, { description: DESCRIPTION, example: 'fraud-rt' }),
  ...RULES,
  ...PLAN_INPUTS,
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link UPDATE_SERVING_INPUTS} as values. */
export type UpdateServingInputs = InputsOf<typeof UPDATE_SERVING_INPUTS>;

/** Outputs of the action that updates endpoints. */
export const UPDATE_SERVING_OUTPUTS = {
  version: numberOutput('Number of the version that the alias names.'),
  uri: textOutput('`models:/<name>/<number>` of that version.'),
  updates: jsonOutput(
    'JSON: each endpoint that was to be changed, with `endpoint`, `from` and `to`: the versions of the model that it served and serves, each with `version` and `percent`.',
  ),
  ...PLAN_OUTPUTS,
};

/** What a registry must have for an input. */
export const SERVING_NEEDS = { endpoints: ['serving'] } as const;

/** The inputs of {@link SERVING_INPUTS} as values. */
export type ServingInputs = InputsOf<typeof SERVING_INPUTS>;

/** Names of endpoints (databricks-sdk-py 0.162.0 `ServingEndpointsAPI.create`). */
const NAME = /^[A-Za-z0-9_-]{1,63}$/u;

/** Faults of these inputs together. */
export function servingFaults({ endpoints }: Partial<ServingInputs>, raw: RawInputs): InputFault[] {
  const wrong = (endpoints ?? []).filter((name) => !NAME.test(name));
  const isEmpty = endpoints?.length === 0;
  const lonely = (['keep-previous', 'on-serving-failure'] as const).filter(
    (input) => endpoints === undefined && raw[input] !== undefined && raw[input] !== RULE_DEFAULTS[input],
  );
  return [
    ...(isEmpty
      ? [
          {
            input: 'endpoints',
            problem: 'it names no endpoint.',
            fix: 'Write a name per line, or leave it out.',
          },
        ]
      : []),
    ...wrong.map((name) => ({
      input: 'endpoints',
      problem: `"${name}" is no name of an endpoint: letters, digits, - and _, up to 63.`,
      fix: 'Write the name as it stands on the page of the endpoint.',
    })),
    ...lonely.map((input) => ({
      input,
      problem: 'it is given without endpoints.',
      fix: `Add endpoints, or leave ${input} out.`,
    })),
  ];
}

const RULE_DEFAULTS = { 'keep-previous': 'false', 'on-serving-failure': 'stay' } as const;
