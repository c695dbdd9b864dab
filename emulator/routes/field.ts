/** Type of a request field; `!` marks a required one. */
export type FieldType =
  'string' | 'int' | 'bool' | 'array' | 'object' | 'string!' | 'int!' | 'array!' | 'object!';
