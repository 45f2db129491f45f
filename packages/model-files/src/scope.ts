import type { FileFacts } from './facts.ts';
import type { Format } from './formats.ts';
import type { Place } from './findings.ts';
import type { FindingLog } from './findings.ts';
import type { RuleId } from './rules.ts';
import type { ByteSource } from './source.ts';

/** Limits of one inspection; whatever exceeds them is a finding. */
export interface Limits {
  /** Archives within archives. */
  depth: number;
  /** Entries of all archives together. */
  entries: number;
  /** Bytes that may be unpacked altogether. */
  unpackedBytes: number;
}

export const DEFAULT_LIMITS: Limits = { depth: 6, entries: 100_000, unpackedBytes: 4 * 2 ** 30 };

/** What is left of the limits, shared by all files of an inspection. */
export class Budget {
  entries: number;
  unpackedBytes: number;
  readonly depth: number;
  constructor(limits: Limits) {
    this.entries = limits.entries;
    this.unpackedBytes = limits.unpackedBytes;
    this.depth = limits.depth;
  }
}

/** A range whose CRC-32 an archive states; it is checked in the pass that hashes the file. */
export interface ChecksumClaim {
  start: number;
  length: number;
  crc32: number;
  /** The entry's name, for the finding. */
  name: string;
  scope: Scope;
}

/** What all scopes of one file share. */
interface FileState {
  log: FindingLog;
  /** The file itself, as opposed to what was unpacked from it. */
  file: ByteSource;
  allow: ReadonlySet<string>;
  budget: Budget;
  facts: FileFacts;
  checksums: ChecksumClaim[];
  /** Sizes of all files of the model by path, for formats that point to others. */
  siblings: ReadonlyMap<string, number>;
  /** Whether the numbers of tensors are to be read. */
  readsTensors: boolean;
  /** Called when the file's facts say that another file of the model belongs to it. */
  claim(path: string): void;
  inspect(source: ByteSource, name: string, scope: Scope): Promise<Format>;
}

/** Where a scanner is, and what it may use: it reports through it, and hands on what it unpacks. */
export class Scope {
  readonly #state: FileState;
  /** Member chain, outermost first, joined by `!`; empty for the file itself. */
  readonly member: string;
  readonly depth: number;

  constructor(state: FileState, member = '', depth = 0) {
    this.#state = state;
    this.member = member;
    this.depth = depth;
  }

  get allow(): ReadonlySet<string> {
    return this.#state.allow;
  }

  get budget(): Budget {
    return this.#state.budget;
  }

  get facts(): FileFacts {
    return this.#state.facts;
  }

  get readsTensors(): boolean {
    return this.#state.readsTensors;
  }

  get siblings(): ReadonlyMap<string, number> {
    return this.#state.siblings;
  }

  claim(path: string): void {
    this.#state.claim(path);
  }

  report(rule: RuleId, message: string, place: Place = {}): void {
    this.#state.log.add(rule, message, this.member, place);
  }

  /** The scope of a part that keeps its format's scanner, such as `data.pkl` of a checkpoint. */
  part(name: string): Scope {
    return new Scope(this.#state, this.member === '' ? name : `${this.member}!${name}`, this.depth);
  }

  /** Inspects something unpacked as a file in its own right; returns its format. */
  async inspect(source: ByteSource, name: string): Promise<Format> {
    const inner = new Scope(this.#state, this.member === '' ? name : `${this.member}!${name}`, this.depth + 1);
    if (inner.depth > this.budget.depth) {
      inner.report(
        'MV205',
        `Archives are nested more than ${this.budget.depth} deep; what is in here was not reviewed`,
      );
      return 'unknown';
    }
    return this.#state.inspect(source, name, inner);
  }

  /** Has a range's checksum verified: with the file's own pass where the range lies in the file itself. */
  claimChecksum(source: ByteSource, claim: Omit<ChecksumClaim, 'scope'>): boolean {
    if (source !== this.#state.file) return false;
    this.#state.checksums.push({ ...claim, scope: this });
    return true;
  }
}
