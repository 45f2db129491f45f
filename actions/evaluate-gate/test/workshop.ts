import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import { inputReader, runContext, type ActionResult, type Statement } from '@mlops-actions/action-kit';
import { random } from '@mlops-actions/statistics';
import { action } from '../src/index.ts';
import type { DecisionRecord } from '../src/record.ts';

/** One row of a prediction file. */
export interface Row {
  id: string;
  label: number | string;
  score: number | string;
}

/**
 * Predictions of a binary model: events lie `strength` standard deviations higher. The same `world` has the same rows and the same luck, so that
 * models of one world are paired as real ones are.
 */
export function predictions(strength: number, { rows = 400, world = 1, own = 1 } = {}): Row[] {
  const shared = random(world);
  const alone = random(1000 * world + own);
  const normal = (generator: typeof shared): number =>
    Math.sqrt(-2 * Math.log(1 - generator.uniform())) * Math.cos(2 * Math.PI * generator.uniform());
  return Array.from({ length: rows }, (_, row) => {
    const label = shared.uniform() < 0.3 ? 1 : 0;
    const noise = (normal(shared) + 0.5 * normal(alone)) / Math.sqrt(1.25);
    return { id: `r${row}`, label, score: 1 / (1 + Math.exp(-(strength * (label - 0.5) + noise - 0.8))) };
  });
}

export const csv = (rows: Row[]): string =>
  `id,label,score\n${rows.map(({ id, label, score }) => `${id},${label},${score}\n`).join('')}`;

/** A policy that a good model meets with 400 rows. */
export const POLICY = `
minimum-rows: 200
checks:
  - {name: ranking, metric: auc, non-inferiority-margin: 0.03}
  - {name: probabilities, metric: brier, bound: 0.24}
`;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder that is gone after the tests of the file. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gate-'));
  folders.push(folder);
  return folder;
}

/** The gate on files of a new folder. */
export interface Trial {
  candidate?: Row[] | string;
  /** `none` is passed on as that word. */
  champion?: Row[] | string;
  policy?: string;
  /** Extensions of the two files. */
  extension?: string;
  inputs?: Record<string, string>;
  folder?: string;
}

export interface Outcome extends ActionResult {
  record: DecisionRecord;
  /** The statement in the evidence folder. */
  decision: Statement & { predicate: DecisionRecord };
}

export async function tryGate(trial: Trial): Promise<Outcome> {
  const folder = trial.folder ?? (await newFolder());
  const place = async (name: string, content: Row[] | string | undefined): Promise<string> => {
    if (content === undefined || content === 'none') return content ?? '';
    const file = path.join(folder, `${name}.${trial.extension ?? 'csv'}`);
    await writeFile(file, typeof content === 'string' ? content : csv(content));
    return file;
  };
  const policy = path.join(folder, 'policy.yaml');
  await writeFile(policy, trial.policy ?? POLICY);
  const given: Record<string, string> = {
    policy,
    candidate: await place('candidate', trial.candidate ?? predictions(2)),
    champion: await place('champion', trial.champion),
    'evidence-dir': path.join(folder, 'evidence'),
    manifest: 'model.yaml',
    ...trial.inputs,
  };
  const result = await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
  const written = result.outputs['decision-path']!;
  const decision = (written === '' ? undefined : JSON.parse(await readFile(written, 'utf8'))) as Outcome['decision'];
  return { ...result, record: result.report as unknown as DecisionRecord, decision };
}
