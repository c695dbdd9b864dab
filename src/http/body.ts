/** A body that can be made again for another try. */
export interface RequestBody {
  readonly contentType: string;
  readonly length: number;
  open(): Promise<AsyncIterable<Uint8Array> | Uint8Array>;
}
