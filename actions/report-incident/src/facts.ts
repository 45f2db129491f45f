import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { JobEnd } from './inputs.ts';

/** What became of the traffic. */
export type End =
  /** All of it was returned, and the answers say so. */
  | 'taken-back'
  /** There was nothing to take back: it had been returned, or something else serves. */
  | 'nothing'
  /** It was returned, and not all that belongs to it was shown or written. */
  | 'unconfirmed'
  /** Nobody knows: the job ended without a report. */
  | 'failed';

/** What a rollback left in its report. */
export interface Facts {
  end: End;
  headline: string;
  /** Where the traffic went before and goes now, by deployed model id; undefined without a report. */
  traffic: { before: Traffic; after: Traffic } | undefined;
  restored: string | undefined;
  rolledBack: string | undefined;
  /** Commit of this repository that the version that serves was released from; undefined if it is another repository's, or not known. */
  servingCommit: string | undefined;
}

export type Traffic = Readonly<Record<string, number>>;

const LIMIT = 1024 * 1024;

/** @throws UserError for a file that is no report of rollback */
export async function readFacts(file: string, jobResult: JobEnd): Promise<Facts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const headline = `The rollback ended with '${jobResult}' and left no report: what serves now is not known.`;
    return {
      end: 'failed',
      headline,
      traffic: undefined,
      restored: undefined,
      rolledBack: undefined,
      servingCommit: undefined,
    };
  }
  const report = text.length > LIMIT ? undefined : parse(text);
  if (report?.['action'] !== 'rollback') {
    throw new UserError(`'${file}' is no report of the rollback action.`, { fix: "Pass its output 'report-path'." });
  }
  const changed = report['changed'] === true;
  const passed = report['verdict'] === 'pass' && jobResult === 'success';
  return {
    end: passed ? (changed ? 'taken-back' : 'nothing') : 'unconfirmed',
    headline: textOf(report['headline']) ?? '',
    traffic: { before: trafficOf(report['trafficBefore']), after: trafficOf(report['trafficAfter']) },
    restored: versionOf(report['restored']),
    rolledBack: versionOf(report['rolledBack']),
    servingCommit: /^[0-9a-f]{40}$/.exec(textOf(report['restoredCommit']) ?? '')?.[0],
  };
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function parse(text: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(value: unknown): string | undefined {
  const { modelId, versionId } = isObject(value) ? value : {};
  return typeof modelId === 'string' && typeof versionId === 'string' ? `${modelId}@${versionId}` : undefined;
}

const trafficOf = (value: unknown): Traffic =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
