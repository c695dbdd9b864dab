import * as z from 'zod';

/** What a schema says of the place that a path leads to. */
export interface SchemaPlace {
  /** The keys that may stand there; empty where it is no mapping of known keys. */
  readonly keys: readonly string[];
  /** A correct value, as YAML. */
  readonly example?: string;
}

/** Follows a path through a schema. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): SchemaPlace {
  let found = [schema];
  for (const key of path) found = found.flatMap((each) => partsOf(each, key));
  const examples = found.flatMap(within).map((each) => each.meta()?.['example']);
  const example = examples.find((each) => typeof each === 'string');
  return {
    keys: found
      .flatMap(within)
      .flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])),
    ...(example === undefined ? {} : { example }),
  };
}

function partsOf(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  return within(schema).flatMap((each) => {
    const part: unknown =
      each instanceof z.ZodObject
        ? (each.shape as Readonly<Record<PropertyKey, unknown>>)[key]
        : each instanceof z.ZodArray
          ? each.element
          : each instanceof z.ZodRecord
            ? each.valueType
            : undefined;
    return part instanceof z.ZodType ? [part] : [];
  });
}

/** A schema and those that it wraps or chooses from. */
function within(schema: z.ZodType): z.ZodType[] {
  return [
    schema,
    ...wrappedBy(schema)
      .filter((each) => each instanceof z.ZodType)
      .flatMap(within),
  ];
}

function wrappedBy(schema: z.ZodType): readonly unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return [schema.unwrap()];
  if (schema instanceof z.ZodPipe) return [schema.in];
  if (schema instanceof z.ZodUnion) return schema.options;
  return [];
}
