import type { ModelSignature, TypeHints } from '../../domain/model-signature.ts';
import type { Note } from './types.ts';

type Part = TypeHints | 'none';

const WORDS: Readonly<Record<Part, string>> = {
  checked: 'checked by type hints',
  'from-example': 'checked by the signature, then converted to the form of the example',
  none: 'checked by the signature',
};

/**
 * Notes where type hints begin or cease to check the input instead of the signature (MLflow 3.17 `pyfunc/__init__.py`,
 * `_predict`, and `pyfunc/scoring_server`, `_parse_json_data`; judged by test/peers/compatibility/type-hints.ts).
 */
export function compareTypeHints(before: ModelSignature, after: ModelSignature, note: Note): void {
  const was: Part = before.typeHints ?? 'none';
  const is: Part = after.typeHints ?? 'none';
  const texts = { path: 'inputs', before: WORDS[was], after: WORDS[is] };
  if (was !== is && is === 'checked') {
    note({
      ...texts,
      kind: 'hints-added',
      class: 'breaking',
      reason:
        'MLflow skips the signature, and its server accepts only JSON `inputs`; `dataframe_split`, `dataframe_records` and `instances` are refused.',
    });
  } else if (was !== is && was === 'checked') {
    note({
      ...texts,
      kind: 'hints-dropped',
      class: 'breaking',
      reason:
        'MLflow reads JSON `inputs` by its own rules again and refuses what the hints accepted: lists of objects or of lists, and an empty list.',
    });
  } else if (was !== is) {
    note({
      ...texts,
      kind: 'example-form-changed',
      class: 'warning',
      reason: 'MLflow accepts the same calls, but the model receives the data in another form.',
    });
  } else if (is === 'checked' && JSON.stringify(before.inputs) !== JSON.stringify(after.inputs)) {
    note({
      ...texts,
      kind: 'hints-decide',
      class: 'warning',
      reason:
        'MLflow checks the input against the type hints, which are stored in no file; the signature only approximates them.',
    });
  }
}
