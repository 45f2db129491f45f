/** A file that is derived from another one, as it should be. */
export interface GeneratedFile {
  /** Path from the root of the repository. */
  path: string;
  content: string;
}
