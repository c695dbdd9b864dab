import { filesWith } from '../../emulator/seeds/demo-models.ts';

/** The output of the demo's model, as MLmodel has it. */
export const OUTPUTS = '[{"type": "long", "name": "is_fraud", "required": true}]';
/** The columns of the demo's model, as `name:type`. */
export const NAMES = ['amount:double', 'country_code:long', 'merchant_risk:double', 'night:boolean'];

/** Files of a model with these input columns, `name:type`, one that ends with `?` optional, and the demo's output. */
export function mlmodel(...columns: readonly string[]): Record<string, string | Uint8Array> {
  const inputs = columns.map((column) => {
    const [name, type] = column.replace('?', '').split(':');
    return { type, name, required: !column.endsWith('?') };
  });
  return filesWith(
    `flavors:\n  sklearn: {}\nsignature:\n  inputs: '${JSON.stringify(inputs)}'\n  outputs: '${OUTPUTS}'\n`,
  );
}
