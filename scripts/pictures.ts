import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DIGESTS, digestsOf, pageFile, PICTURED, pictureName, PICTURES, WIDTHS } from './pictured-pages.ts';
import { ROOT } from './step-process.ts';

const run = promisify(execFile);

/** How GitHub shows a summary, as far as a picture needs it. */
const STYLE = `body{margin:0;padding:16px;font:14px/1.5 "DejaVu Sans","Noto Color Emoji",sans-serif;color:#1f2328}
h3{font-size:1.25em;margin:0 0 16px}h4{margin:16px 0}p{margin:0 0 16px}ul{margin:0 0 16px;padding-left:2em}li+li{margin-top:.25em}
code{font:85% "DejaVu Sans Mono",monospace;background:#eff1f3;border-radius:6px;padding:.2em .4em;overflow-wrap:anywhere}
pre{background:#f6f8fa;border-radius:6px;padding:16px;overflow:auto;margin:0 0 16px}pre code{background:none;padding:0}
table{border-collapse:collapse;display:block;max-width:100%;overflow:auto;margin:0 0 16px}th,td{border:1px solid #d0d7de;padding:6px 13px}
details{margin:0 0 16px}a{color:#0969da;text-decoration:none}
blockquote{margin:0 0 16px;padding:0 1em;border-left:.25em solid #9a6700}blockquote b{color:#9a6700}`;

/** A page whose alert is drawn; everything else of a summary is HTML already. */
function drawn(markdown: string): string {
  return markdown.replace(
    /^> \[!(\w+)\]\n> (.*)$/mu,
    (_, kind: string, text: string) =>
      `<blockquote><p><b>${kind}</b></p><p>${text.replaceAll(/`([^`]+)`/gu, '<code>$1</code>')}</p></blockquote>`,
  );
}

/** Writes how high the page is into its document, where `--dump-dom` shows it. */
const MEASURE =
  '<script>document.body.dataset.height=Math.ceil(document.body.getBoundingClientRect().height)</script>';

/** Runs chromium on a file, in a window of a size. */
async function browse(file: string, size: string, what: string): Promise<string> {
  const { stdout } = await run('chromium', [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    `--user-data-dir=${join(dirname(file), 'profile')}`,
    `--window-size=${size}`,
    what,
    `file://${file}`,
  ]);
  return stdout;
}

/** The height at which a picture of some width shows the whole page. */
async function heightOf(file: string, width: number): Promise<number> {
  const [, height] = /data-height="(\d+)"/u.exec(await browse(file, `${width},600`, '--dump-dom')) ?? [];
  if (height === undefined) throw new Error(`The height of ${file} cannot be measured.`);
  return Number(height);
}

/** Pictures of golden pages by Debian's chromium, and the digests of what they show. */
async function main(): Promise<void> {
  await mkdir(join(ROOT, PICTURES), { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'uc-promote-pictures-'));
  try {
    for (const page of PICTURED) {
      const markdown = await readFile(join(ROOT, pageFile(page)), 'utf8');
      const file = join(scratch, `${page}.html`);
      await writeFile(
        file,
        `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${drawn(markdown)}${MEASURE}`,
      );
      for (const width of WIDTHS) {
        const picture = join(ROOT, PICTURES, pictureName(page, width));
        await browse(file, `${width},${await heightOf(file, width)}`, `--screenshot=${picture}`);
        console.log(picture);
      }
    }
    await writeFile(join(ROOT, DIGESTS), `${JSON.stringify(digestsOf(ROOT), null, 2)}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error('The pictures need chromium (Debian: apt install chromium fonts-noto-color-emoji).');
  process.exitCode = 1;
});
