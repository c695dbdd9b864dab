/** A signature, each part as the text that `MLmodel` has for it; undefined for a part that is not there. */
export interface SignatureParts {
  readonly inputs?: string;
  readonly outputs?: string;
  readonly params?: string;
}

const COLUMN = '{"type": "double", "name": "amount", "required": true}';
const GOOD: SignatureParts = { inputs: `[${COLUMN}]`, outputs: '[{"type": "long", "required": true}]' };

/** An `MLmodel` file with the parts of a signature, or without any where they are null. */
export function mlmodel(
  parts: SignatureParts | null = GOOD,
  { loader = 'mlflow.sklearn', release = '3.17.2' } = {},
): string {
  const head = [
    'artifact_path: model',
    'flavors:',
    '  python_function:',
    `    loader_module: ${loader}`,
    '    python_version: 3.11.7',
    `mlflow_version: ${release}`,
  ];
  const given = ['inputs', 'outputs', 'params'] as const;
  const signature =
    parts === null ? [] : ['signature:', ...given.map((part) => `  ${part}: ${quoted(parts[part])}`)];
  return `${[...head, ...signature].join('\n')}\n`;
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'null' : `'${text}'`;
}

/** The text of `MLmodel` by which each finding about a signature is planted; null for no such file. */
export const FAULTY_MLMODELS: Readonly<Record<string, string | null>> = {
  'signature-mlmodel-missing': null,
  'signature-unreadable': 'flavors: [',
  'signature-absent': mlmodel(null),
  'signature-empty': mlmodel({}),
  'signature-params-only': mlmodel({
    params: '[{"name": "k", "type": "long", "default": 1, "shape": null}]',
  }),
  'signature-inputs-missing': mlmodel({ outputs: GOOD.outputs ?? '' }),
  'signature-inputs-empty': mlmodel({ ...GOOD, inputs: '[]' }),
  'signature-outputs-missing': mlmodel({ inputs: GOOD.inputs ?? '' }),
  'signature-outputs-empty': mlmodel({ ...GOOD, outputs: '[]' }),
  'signature-inputs-repeated': mlmodel({ ...GOOD, inputs: `[${COLUMN}, ${COLUMN}]` }),
  'signature-outputs-repeated': mlmodel({ ...GOOD, outputs: `[${COLUMN}, ${COLUMN}]` }),
  'signature-inputs-false-name': mlmodel({
    ...GOOD,
    inputs: `[${COLUMN}, {"type": "long", "name": "", "required": true}]`,
  }),
  'signature-older-release': mlmodel(
    { ...GOOD, inputs: '[{"type": "double", "name": "amount", "optional": true}]' },
    { release: '2.9.2' },
  ),
  'signature-feature-store': mlmodel(GOOD, { loader: 'databricks.feature_store.mlflow_model' }),
};
