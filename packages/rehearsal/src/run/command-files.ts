import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@mlops-actions/action-kit';

/** GitHub's limit of a step's summary, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;

/** The files through which a step tells the runner what it sets. */
export const COMMAND_FILES = {
  output: 'GITHUB_OUTPUT',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  state: 'GITHUB_STATE',
  summary: 'GITHUB_STEP_SUMMARY',
} as const;

type CommandFile = keyof typeof COMMAND_FILES;

/** A name and the value that a step gave it. */
export type Assignment = [name: string, value: string];

/** What a step wrote to its command files. */
export interface Written {
  output: Assignment[];
  env: Assignment[];
  path: string[];
  state: Assignment[];
  summary: string;
  /** Complaints that fail the step. */
  errors: string[];
  /** Complaints that do not. */
  warnings: string[];
}

/** A step's own set of command files. */
export class CommandFiles {
  /** Environment variables that name the files. */
  readonly env: Record<string, string>;
  readonly #paths: Record<CommandFile, string>;

  private constructor(paths: Record<CommandFile, string>) {
    this.#paths = paths;
    this.env = Object.fromEntries(
      Object.entries(COMMAND_FILES).map(([key, variable]) => [variable, paths[key as CommandFile]]),
    );
  }

  /** Creates empty files below `temp`. */
  static async create(temp: string): Promise<CommandFiles> {
    const folder = path.join(temp, '_runner_file_commands');
    await mkdir(folder, { recursive: true });
    const paths = {} as Record<CommandFile, string>;
    for (const key of Object.keys(COMMAND_FILES) as CommandFile[]) {
      paths[key] = path.join(folder, `${key}_${randomUUID()}`);
      await writeFile(paths[key], '');
    }
    return new CommandFiles(paths);
  }

  /** Reads what the step wrote and removes the files. */
  async collect(): Promise<Written> {
    const errors: string[] = [];
    const warnings: string[] = [];
    const parsed = async <T>(key: CommandFile, parse: (text: string) => T[]): Promise<T[]> => {
      try {
        return parse(await this.#read(key));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        errors.push(`Unable to process $${COMMAND_FILES[key]}: ${error.message}`);
        return [];
      }
    };
    const written = {
      output: await parsed('output', parseAssignments),
      env: await parsed('env', parseAssignments),
      path: await parsed('path', parsePaths),
      state: await parsed('state', parseAssignments),
      summary: await this.#readSummary(warnings),
      errors,
      warnings,
    };
    await Promise.all(Object.values(this.#paths).map((file) => rm(file, { force: true, recursive: true })));
    return written;
  }

  async #readSummary(warnings: string[]): Promise<string> {
    const size = await stat(this.#paths.summary).then(
      (info) => info.size,
      () => 0,
    );
    if (size <= SUMMARY_LIMIT) return this.#read('summary');
    warnings.push(
      `$GITHUB_STEP_SUMMARY holds ${Math.ceil(size / 1024)} KiB, more than the 1024 KiB that GitHub shows: the summary is dropped.`,
    );
    return '';
  }

  async #read(key: CommandFile): Promise<string> {
    try {
      return (await readFile(this.#paths[key], 'utf8')).replace(/^\ufeff/, '');
    } catch (error) {
      // A step may remove its file: then it sets nothing.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw new UserError(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`);
    }
  }
}

/**
 * Parses `name=value` lines and `name<<DELIMITER` blocks, by the rules of GitHub's runner: whichever of `=` and `<<` comes first
 * decides, and a block ends at a line that is exactly its delimiter.
 * @throws UserError at the first line that is neither, and for a block without an end.
 */
export function parseAssignments(text: string): Assignment[] {
  const lines = text.split('\n');
  const assignments: Assignment[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = withoutReturn(lines[index]!);
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new UserError(`invalid line '${line}': the name is empty.`);
      assignments.push([line.slice(0, equals), line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new UserError(`invalid line '${line}': it is neither name=value nor name<<DELIMITER.`);
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === '' || delimiter === '') {
      throw new UserError(`invalid line '${line}': neither the name nor the delimiter may be empty.`);
    }
    const value: string[] = [];
    for (index++; ; index++) {
      if (index >= lines.length) throw new UserError(`the block of '${name}' has no closing line '${delimiter}'.`);
      if (withoutReturn(lines[index]!) === delimiter) break;
      value.push(lines[index]!);
    }
    assignments.push([name, withoutReturn(value.join('\n'))]);
  }
  return assignments;
}

function parsePaths(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
