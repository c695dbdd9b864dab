import { show } from '../../domain/printable.ts';
import { fault } from './fault.ts';
import { tagOf } from './node.ts';
import type { Scanner } from './scanner.ts';
import type { TagText } from './token.ts';

const HANDLES: readonly (readonly [handle: string, prefix: string])[] = [
  ['!', '!'],
  ['!!', tagOf('')],
];

/** The short forms of tags that a document declares, beside those that every document has. */
export class TagHandles {
  readonly #prefixes = new Map<string, string>(HANDLES);
  readonly #declared = new Set<string>();

  /** Reads the directives in front of a document. */
  read(tokens: Scanner): void {
    let version: string | undefined;
    for (let token = tokens.peek(); token.kind === 'directive'; token = tokens.peek()) {
      tokens.take();
      const { directive, line } = token;
      if (directive.kind === 'version') {
        if (version !== undefined) throw fault('%YAML is given twice', line);
        if (Number(directive.major) !== 1) throw fault('it declares a YAML version other than 1', line);
        version = directive.major;
      } else if (directive.kind === 'handle') {
        const { handle, prefix } = directive;
        if (this.#declared.has(handle)) throw fault(`the handle ${show(handle, 40)} is declared twice`, line);
        this.#declared.add(handle);
        this.#prefixes.set(handle, prefix);
      }
    }
  }

  /** The whole of a tag. */
  resolve({ handle, suffix }: TagText, line: number): string {
    if (handle === null) return suffix;
    const prefix = this.#prefixes.get(handle);
    if (prefix === undefined) throw fault(`the handle ${show(handle, 40)} of a tag is not declared`, line);
    return prefix + suffix;
  }
}
