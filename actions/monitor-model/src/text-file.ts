import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Cell } from '@mlops-actions/tabular';

/** A file that is written line by line. */
export interface TextFile {
  write(lines: readonly string[]): Promise<void>;
  /** The file is whole when this is done. */
  close(): Promise<void>;
}

/** Begins a file; its folder is made. */
export async function createText(file: string): Promise<TextFile> {
  await mkdir(path.dirname(file), { recursive: true });
  const output = createWriteStream(file);
  const closed = once(output, 'close');
  // Whoever writes or closes is told.
  closed.catch(() => undefined);
  return {
    async write(lines) {
      if (lines.length > 0 && !output.write(`${lines.join('\n')}\n`))
        await Promise.race([once(output, 'drain'), closed]);
    },
    async close() {
      output.end();
      await closed;
    },
  };
}

/** A record of CSV. One of a single empty field must not be a blank line, which is none. */
export const csvLine = (cells: readonly Cell[]): string =>
  cells.length === 1 && isEmpty(cells[0]!) ? '""' : cells.map(csvField).join(',');

const isEmpty = (cell: Cell): boolean => cell === null || cell === '';

const csvField = (cell: Cell): string => (isEmpty(cell) ? '' : `"${String(cell).replaceAll('"', '""')}"`);
