/** One entry of a folder of a repository. */
export interface TreeEntry {
  /** Below the folder that was read, with slashes. */
  readonly path: string;
  /** A submodule is another repository, and a link leads anywhere: neither is content of this one. */
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  /** The id of its content: the same content has the same one. */
  readonly id: string;
}
