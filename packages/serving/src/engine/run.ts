import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';

/** An engine's command that failed, with the end of what it said: text from outside. */
export class EngineError extends Error {
  constructor(program: string, args: readonly string[], stderr: string, options: ErrorOptions = {}) {
    const said = stderr.replace(/\s+/g, ' ').trim().slice(-500);
    super(`${program} ${args[0]} failed: ${said === '' ? 'it says nothing' : said}`, options);
  }
}

const OUTPUT_LIMIT = 4 * 1024 * 1024;

/**
 * Runs an engine's command and gives its output.
 *
 * @param input what it reads on its standard input
 * @throws EngineError if it cannot be started or does not end with 0; what `input` throws
 */
export async function runEngine(
  program: string,
  args: readonly string[],
  input?: AsyncIterable<Uint8Array>,
): Promise<string> {
  const child = spawn(program, args, { env: process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = ['', ''];
  [child.stdout, child.stderr].forEach((stream, index) => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output[index] = (output[index]! + text).slice(-OUTPUT_LIMIT);
    });
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new EngineError(program, args, cause.message, { cause })));
    child.once('close', resolve);
  });
  const fed = pipeline(input ?? [], child.stdin).catch((error: NodeJS.ErrnoException) => {
    // It need not read to the end; why it did not, it says itself.
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
      child.kill();
      throw error;
    }
  });
  const [code] = await Promise.all([ended, fed]);
  if (code !== 0) throw new EngineError(program, args, output[1]!);
  return output[0]!;
}
