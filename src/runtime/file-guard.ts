import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A file as it is to be, and where it stands. */
interface Guarded {
  readonly path: string;
  content: Buffer;
}

/**
 * Keeps files as they are, and as this process goes on to write them, while a program runs that has no business in them.
 * It runs as the same user, so that nothing keeps it from writing: what it wrote is taken away when it has ended.
 */
export class FileGuard {
  readonly #files = new Map<string, Guarded>();

  /** Files by the variables that name them; what is no plain file is left alone. */
  constructor(paths: ReadonlyMap<string, string>) {
    for (const [name, path] of paths) {
      if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true)
        this.#files.set(name, { path, content: readFileSync(path) });
    }
  }

  /** This process itself has written at the end of a file. */
  noteOwn(name: string, text: string): void {
    const file = this.#files.get(name);
    if (file !== undefined) file.content = Buffer.concat([file.content, Buffer.from(text, 'utf8')]);
  }

  /** Makes the files again what they were to be; responds which of them were not. */
  restore(): string[] {
    const restored: string[] = [];
    for (const [name, { path, content }] of this.#files) {
      if (isAs(path, content)) continue;
      // In its place may be a link or a folder now.
      rmSync(path, { recursive: true, force: true });
      writeFileSync(path, content, { flag: 'wx' });
      restored.push(name);
    }
    return restored;
  }
}

/** Its size is looked at first: it may have grown to any. */
function isAs(path: string, content: Buffer): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === content.length && readFileSync(path).equals(content);
}
