/** Changes whenever a file's content does, as far as the file system tells. */
export const identityOf = (info: { ino: bigint; size: bigint; mtimeNs: bigint }): string =>
  `${info.ino} ${info.size} ${info.mtimeNs}`;
