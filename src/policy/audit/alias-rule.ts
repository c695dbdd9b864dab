/** What is said of an alias by name. */
export interface AliasRule {
  readonly alias: string;
  readonly rule: 'required' | 'allowed' | 'forbidden';
}
