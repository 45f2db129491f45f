import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';

const TAIL_BYTES = 64 * 1024;
/** A container that writes without end must not fill the disk. */
const FILE_BYTES = 64 * 1024 * 1024;

/** What a container wrote: its end in memory, all of it (up to 64 MiB) in a file if one is named. */
export class ContainerLog {
  private tail = Buffer.alloc(0);
  private readonly file: WriteStream | undefined;
  private written = 0;
  private fileError: Error | undefined;

  constructor(file: string | undefined) {
    if (file === undefined) return;
    this.file = createWriteStream(file, { flags: 'a', mode: 0o600 });
    this.file.on('error', (error) => {
      this.fileError = error;
    });
  }

  /** Takes in everything that `stream` gives. */
  collect(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.append(chunk);
    });
  }

  /** The last `lines` lines. */
  last(lines: number): string {
    const text = this.tail.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
    return this.fileError === undefined
      ? text
      : `${text}\n(The log file could not be written: ${this.fileError.message})`;
  }

  close(): Promise<void> {
    const { file } = this;
    if (file === undefined || file.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      file.once('error', () => resolve());
      file.end(resolve);
    });
  }

  private append(chunk: Buffer): void {
    const joined = Buffer.concat([this.tail, chunk]);
    this.tail = joined.subarray(Math.max(0, joined.length - TAIL_BYTES));
    if (this.file === undefined || this.written > FILE_BYTES) return;
    this.written += chunk.length;
    this.file.write(this.written > FILE_BYTES ? '\n(The log is cut here at 64 MiB.)\n' : chunk);
  }
}
