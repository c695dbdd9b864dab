import { open } from 'node:fs/promises';

/** The longest file that is read as a text, in bytes. */
const LONGEST = 1024 * 1024;

/** The text of a file that the user named: a regular one of at most 1 MiB, in UTF-8. */
export async function readText(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await requireRegular(file);
    if (size > LONGEST) throw new Error(`it is larger than ${LONGEST} bytes`);
    const bytes = await file.readFile();
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } finally {
    await file.close();
  }
}

async function requireRegular(file: Awaited<ReturnType<typeof open>>) {
  const stat = await file.stat();
  if (!stat.isFile()) throw new Error('it is not a regular file');
  return stat;
}
