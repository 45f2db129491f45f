import { UserError } from '@mlops-actions/action-kit';
import { isDigest, parseReference, type Digest, type Reference } from '@mlops-actions/oci';

/** Something that goes into the image. */
export interface FileMapping {
  /** File or folder on this machine. */
  source: string;
  /** Absolute path in the image. */
  destination: string;
}

/** Lines of `source => destination`. */
export function readFiles(text: string | undefined): FileMapping[] | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const arrow = line.indexOf('=>');
      const source = line.slice(0, Math.max(0, arrow)).trim();
      const destination = line.slice(arrow + 2).trim();
      if (arrow < 0 || source === '' || destination === '') {
        throw new UserError(`Input 'files' must hold lines of 'source => /destination', not '${line}'.`);
      }
      return { source, destination };
    });
}

/** A command line: a JSON list of words, or words between spaces. */
export function readCommand(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const invalid = (): UserError =>
    new UserError(`Input 'entrypoint' cannot be read: ${text}`, {
      fix: 'Write it as a JSON list: ["node", "/app/server.mjs"].',
    });
  if (!text.startsWith('[')) {
    if (/["'\\]/.test(text)) throw invalid(); // Quotes would mean a shell, and there is none.
    return text.split(/\s+/);
  }
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string')) throw invalid();
  return words;
}

export function readTag(text: string): Reference {
  const reference = parseReference(text);
  if (reference.digest === undefined) return reference;
  throw new UserError(`The tag '${text}' names a digest, which is only known once the image is built.`, {
    fix: 'Write registry/repository:tag, or registry/repository to push by digest alone.',
  });
}

export function readExpectedDigest(text: string | undefined): Digest | undefined {
  if (text === undefined || isDigest(text)) return text;
  throw new UserError(`Input 'expected-model-digest' must be sha256: and 64 hexadecimal digits, not '${text}'.`);
}

export function absolute(name: string, text: string): string {
  if (text.startsWith('/')) return text;
  throw new UserError(`Input '${name}' must be an absolute path in the image, not '${text}'.`);
}

export function route(name: string, text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new UserError(`Input '${name}' must be a path that begins with a slash, not '${text}'.`);
}

/** Vertex AI sets variables of its own, which nobody else may set (ModelContainerSpec.env). */
export function checkEnv(env: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new UserError(`'${name}' is not a name of an environment variable.`);
    if (name.startsWith('AIP_'))
      throw new UserError(`The environment variable '${name}' is set by Vertex AI.`, { fix: "Remove it from 'env'." });
  }
  return env;
}
