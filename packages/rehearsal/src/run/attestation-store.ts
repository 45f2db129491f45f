import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RecordedAttestation } from '../result.ts';

/** What the jobs of a run attested: unsigned in-toto statements, for on this machine there is nothing to sign with. */
export class AttestationStore {
  readonly #folder: string;
  readonly #attestations: RecordedAttestation[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  list(): RecordedAttestation[] {
    return this.#attestations;
  }

  async add(
    job: string,
    subjects: RecordedAttestation['subjects'],
    predicateType: string,
    predicate: unknown,
  ): Promise<RecordedAttestation> {
    const id = this.#attestations.length + 1;
    const statementPath = path.join(this.#folder, `${id}.intoto.json`);
    const attestation = { id, job, predicateType, subjects, statementPath };
    this.#attestations.push(attestation);
    await mkdir(this.#folder, { recursive: true });
    const statement = { _type: 'https://in-toto.io/Statement/v1', subject: subjects, predicateType, predicate };
    await writeFile(statementPath, `${JSON.stringify(statement, null, 2)}\n`);
    return attestation;
  }
}
