import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { count, UserError } from '@mlops-actions/action-kit';
import { filesBelow, globMatcher, isGlob } from '../language/glob.ts';
import type { RecordedAttestation } from '../result.ts';
import type { StandIn, StandInCall } from './stand-in.ts';

type Subject = RecordedAttestation['subjects'][number];

/** `actions/attest`: records what would be attested, as an unsigned in-toto statement. */
export const attest: StandIn = {
  uses: 'actions/attest',
  inputs: {
    ...{ 'subject-path': '', 'subject-digest': '', 'subject-name': '', 'subject-checksums': '', 'predicate-type': '' },
    ...{ predicate: '', 'predicate-path': '', 'sbom-path': '', 'push-to-registry': 'false', 'show-summary': 'true' },
    ...{ 'create-storage-record': 'true', 'github-token': '' },
  },
  async run(call) {
    const { job, input, flag, log, requirePermission } = call;
    requirePermission('id-token', 'write');
    requirePermission('attestations', 'write');
    const subjects = await readSubjects(call);
    const { type, predicate } = await readPredicate(call);
    const recorded = await job.run.attestations.add(job.plan.id, subjects, type, predicate);
    log(`On GitHub: signs ${type} for ${count(subjects.length, 'subject')}. Here: an unsigned statement is kept.`);
    for (const { name, digest } of subjects) log(`${name} sha256:${digest['sha256'] ?? ''}`);
    if (flag('push-to-registry'))
      log(`On GitHub: also pushes the attestation to the registry of ${input('subject-name')}.`);
    return {
      'bundle-path': recorded.statementPath,
      'attestation-id': String(recorded.id),
      'attestation-url': `file://${recorded.statementPath}`,
    };
  },
};

async function readSubjects({ job, input, lines }: StandInCall): Promise<Subject[]> {
  const given = ['subject-path', 'subject-digest', 'subject-checksums'].filter((name) => input(name) !== '');
  if (given.length !== 1) {
    throw new UserError("actions/attest: set exactly one of 'subject-path', 'subject-digest' and 'subject-checksums'.");
  }
  const digest = input('subject-digest');
  if (digest !== '') {
    const name = input('subject-name');
    if (name === '') throw new UserError("actions/attest: 'subject-digest' needs 'subject-name'.");
    return [{ name, digest: { sha256: sha256Of(digest) } }];
  }
  const checksums = input('subject-checksums');
  if (checksums !== '') {
    const text = await readFile(path.resolve(job.workspace, checksums), 'utf8').catch((cause: unknown) => {
      throw new UserError(`actions/attest: cannot read the checksums file '${checksums}'.`, { cause });
    });
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const [, hex, name] = /^(\S+)\s+\*?(.+)$/.exec(line.trim()) ?? [];
        if (hex === undefined || name === undefined)
          throw new UserError(`actions/attest: '${line}' is no line of checksums.`);
        return { name, digest: { sha256: sha256Of(hex) } };
      });
  }
  const files = new Set<string>();
  for (const pattern of lines('subject-path')
    .flatMap((line) => line.split(','))
    .map((item) => item.trim())) {
    const relative = path.relative(job.workspace, path.resolve(job.workspace, pattern));
    if (!isGlob(relative)) files.add(relative);
    else for (const file of (await filesBelow(job.workspace)).filter(globMatcher(relative))) files.add(file);
  }
  if (files.size === 0) throw new UserError(`actions/attest: no file matches '${input('subject-path')}'.`);
  return Promise.all(
    [...files].map(async (file) => {
      const bytes = await readFile(path.resolve(job.workspace, file)).catch((cause: unknown) => {
        throw new UserError(`actions/attest: cannot read the subject '${file}'.`, { cause });
      });
      return { name: path.basename(file), digest: { sha256: createHash('sha256').update(bytes).digest('hex') } };
    }),
  );
}

function sha256Of(digest: string): string {
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new UserError(`actions/attest: '${digest}' is no SHA-256 digest.`);
  return hex;
}

async function readPredicate({ job, input }: StandInCall): Promise<{ type: string; predicate: unknown }> {
  const type = input('predicate-type');
  const file = input('predicate-path');
  const text = input('predicate');
  if (type === '') {
    if (text !== '' || file !== '') throw new UserError("actions/attest: a predicate needs 'predicate-type'.");
    if (input('sbom-path') === '') return { type: 'https://slsa.dev/provenance/v1', predicate: {} };
    return { type: 'https://spdx.dev/Document', predicate: await readJson(job.workspace, input('sbom-path')) };
  }
  if ((text === '') === (file === '')) {
    throw new UserError("actions/attest: set exactly one of 'predicate' and 'predicate-path'.");
  }
  return { type, predicate: file === '' ? parseJson(text, "'predicate'") : await readJson(job.workspace, file) };
}

async function readJson(workspace: string, file: string): Promise<unknown> {
  const text = await readFile(path.resolve(workspace, file), 'utf8').catch((cause: unknown) => {
    throw new UserError(`actions/attest: cannot read '${file}'.`, { cause });
  });
  return parseJson(text, `'${file}'`);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`actions/attest: ${what} is not JSON.`, { cause });
  }
}
