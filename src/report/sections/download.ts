import type { Download } from '../../apply/download/request.ts';
import { counted } from '../../domain/count.ts';
import { sizeText } from '../../domain/size-text.ts';
import { transferText } from '../../transfer/progress.ts';

/** How the bytes of a download were verified: a clause. */
export function verifiedText({
  verified,
  files,
  kept,
}: Pick<Download, 'verified' | 'files' | 'kept'>): string {
  if (verified === 'digest') return 'verified against the digest that was recorded';
  return kept === files.length
    ? 'compared byte by byte with the registry, because no digest was recorded'
    : 'verified by their sizes alone, because no digest was recorded';
}

/** The files of a download: how many, and their bytes. */
export function filesText({ files, bytes }: Pick<Download, 'files' | 'bytes'>): string {
  return `${counted(files.length, 'file')}, ${sizeText(bytes)}`;
}

/** What of a download had to be moved. */
export function movedText({ files, kept, transfer }: Download): string {
  if (kept === files.length) return 'all of them were there already';
  const moved = transferText(transfer, 'downloaded');
  return kept === 0 ? moved : `${moved}; ${counted(kept, 'file')} had been there already`;
}
