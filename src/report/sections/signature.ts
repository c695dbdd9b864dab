import { shapeText, shortTypeText } from '../../domain/data-type-text.ts';
import { counted } from '../../domain/count.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { ColumnSpec, ModelSignature, ParamSpec, TensorSpec } from '../../domain/model-signature.ts';
import { show } from '../../domain/printable.ts';
import { paragraph, table, type Block } from '../document.ts';

/** Rows of one table; a signature may have 10,000 columns, and a summary may not. */
const MAX_ROWS = 200;
/** Characters of a type or a default in a cell. */
const MAX_CELL = 200;

/** A signature as blocks: for each part a line that counts it and a table, at most 200 rows each. */
export function signatureTables(signature: ModelSignature): Block[] {
  return [
    ...schemaBlocks('Inputs', signature.inputs),
    ...schemaBlocks('Outputs', signature.outputs),
    ...(signature.params === null || signature.params.length === 0 ? [] : paramBlocks(signature.params)),
  ];
}

function schemaBlocks(title: string, specs: readonly (ColumnSpec | TensorSpec)[] | null): Block[] {
  if (specs === null) return [paragraph(`${title}: not declared.`)];
  const columns = specs.filter((spec) => spec.kind === 'column');
  const tensors = specs.filter((spec) => spec.kind === 'tensor');
  if (tensors.length > 0) {
    return capped(
      `${title}: ${counted(tensors.length, 'tensor')}`,
      ['Name', 'Type', 'Shape'],
      tensors,
      (tensor, index) => [nameText(tensor.name, index), tensor.dtype, shapeText(tensor.shape)],
    );
  }
  if (columns.length === 0) return [paragraph(`${title}: an empty list.`)];
  return capped(
    `${title}: ${counted(columns.length, 'column')}`,
    ['Name', 'Type', 'Required'],
    columns,
    (column, index) => [
      nameText(column.name, index),
      show(shortTypeText(column.type, MAX_CELL), MAX_CELL),
      column.required ? 'yes' : 'no',
    ],
  );
}

function paramBlocks(params: readonly ParamSpec[]): Block[] {
  return capped(
    `Params: ${counted(params.length, 'param')}`,
    ['Name', 'Type', 'Default'],
    params,
    ({ name, type, shape, default: fallback }) => {
      const text = shortTypeText(type, MAX_CELL);
      return [
        show(name, MAX_CELL),
        show(shape === null ? text : `array<${text}>`, MAX_CELL),
        show(canonicalJson(fallback), MAX_CELL),
      ];
    },
  );
}

function capped<T>(
  title: string,
  heads: readonly string[],
  items: readonly T[],
  toRow: (item: T, index: number) => readonly string[],
): Block[] {
  // A line that counts one row takes the room of the row.
  const shown = items.length <= MAX_ROWS + 1 ? items : items.slice(0, MAX_ROWS);
  const blocks: Block[] = [paragraph(title), table(heads, shown.map(toRow))];
  const rest = items.length - shown.length;
  return rest > 0 ? [...blocks, paragraph(`… and ${rest} more.`)] : blocks;
}

function nameText(name: string | undefined, index: number): string {
  return name === undefined ? `(position ${index + 1})` : show(name, MAX_CELL);
}
