import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inputReader, runContext, type ActionResult } from '@mlops-actions/action-kit';
import { startGitHubEmulator, type GitHubEmulator, type PermissionLevel } from '@mlops-actions/github-emulator';
import { random } from '@mlops-actions/statistics';
import { profileTable, resolveSource, writeProfile } from '@mlops-actions/tabular';
import { action } from '../src/index.ts';

export const REPOSITORY = 'acme/credit-risk';

/** What a month of traffic is like. */
export interface Month {
  /** Shift of `income` in standard deviations. */
  shift?: number;
  /** What stands in `income` in place of its value. */
  income?: (value: number) => string;
  /** Hostile name of a category. */
  region?: string;
  /** Share of rows whose label is what the score says; the others are drawn by a coin. */
  truth?: number;
  rows?: number;
  /** Day of the month on which labels of it are there; 0: never. */
  labelled?: boolean;
}

const MANIFEST = `schema-version: 1
model: {name: credit-risk, owner: risk@acme.example}
artifact: {path: model.onnx}
contract:
  inputs: [{name: income, type: number}, {name: region, type: string}]
gate:
  candidate: reference.csv
  checks: [{metric: auc, bound: 0.5}]
monitor:
  current: [traffic]
  profile: profile.json
  labels: [labels]
  key-column: id
  time-column: time
  window: last-month
  performance:
    label-lag-days: 10
    checks: [{metric: auc, degradation-margin: 0.05}]
    slices: [region]
  alarms:
    input-drift: {failures: 1, windows: 1}
    prediction-drift: {failures: 1, windows: 1}
`;

/** A repository with a model that is watched, and GitHub beside it. */
export class Workshop {
  readonly folder: string;
  readonly github: GitHubEmulator;
  #draw = random(7);

  private constructor(folder: string, github: GitHubEmulator) {
    this.folder = folder;
    this.github = github;
  }

  static async open(manifest = MANIFEST): Promise<Workshop> {
    const folder = await mkdtemp(path.join(tmpdir(), 'monitor-'));
    const github = await startGitHubEmulator({ repositories: [REPOSITORY] });
    const workshop = new Workshop(folder, github);
    await writeFile(path.join(folder, 'model.yaml'), manifest);
    await mkdir(path.join(folder, 'labels'), { recursive: true });
    await workshop.#makeReference();
    return workshop;
  }

  async close(): Promise<void> {
    await this.github.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  async #makeReference(): Promise<void> {
    const rows = Array.from({ length: 2000 }, (_, index) => this.#row(`r${index}`, '2026-01-01T00:00:00Z', {}));
    await writeFile(this.file('train.csv'), table(rows));
    const labels = rows.map(({ id, score, label }) => `${id},${label},${score}`);
    await writeFile(this.file('reference.csv'), `id,label,score\n${labels.join('\n')}\n`);
    const source = await resolveSource([this.file('train.csv')]);
    const columns = [{ name: 'income' }, { name: 'region' }];
    await writeProfile(this.file('profile.json'), await profileTable(source, { columns }));
  }

  #row(id: string, time: string, { shift = 0, income, region, truth = 1 }: Month): Row {
    const uniform = (): number => this.#draw.uniform();
    // A sum of uniforms is normal enough.
    const z = Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6);
    const value = 3000 + 500 * (z + shift);
    const score = 1 / (1 + Math.exp(1.5 * z + 0.2));
    const label = uniform() < truth ? uniform() < score : uniform() < 0.45;
    return {
      id,
      time,
      income: income?.(value) ?? value.toFixed(2),
      region: region ?? ['north', 'south', 'west'][Math.floor(uniform() * 3)]!,
      score: score.toFixed(6),
      label: label ? '1' : '0',
    };
  }

  /** Writes a month's traffic and labels. */
  async addMonth(month: string, content: Month = {}): Promise<void> {
    const from = Date.parse(`${month}-01T00:00:00Z`);
    const rows = Array.from({ length: content.rows ?? 800 }, (_, index) =>
      this.#row(`${month}-${index}`, new Date(from + index * 3_000_000).toISOString(), content),
    );
    const folder = this.file(`traffic/month=${month}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'rows.csv'), table(rows));
    if (content.labelled !== false) await this.addLabels(month, rows);
    this.#months.set(month, rows);
  }

  readonly #months = new Map<string, Row[]>();

  /** The rows of a month that was added. */
  rows(month: string): readonly Row[] {
    return this.#months.get(month)!;
  }

  async addLabels(month: string, rows = this.#months.get(month)!): Promise<void> {
    const lines = rows.map(({ id, label }) => `${id},${label}`);
    await writeFile(this.file(`labels/${month}.csv`), `id,label\n${lines.join('\n')}\n`);
  }

  /** Runs the action as a step of a workflow would. */
  async run(
    inputs: Record<string, string>,
    permissions: Record<string, PermissionLevel> = { issues: 'write', contents: 'write', actions: 'read' },
  ): Promise<ActionResult> {
    const given: Record<string, string> = {
      manifest: this.file('model.yaml'),
      'evidence-dir': this.file('evidence'),
      state: this.file('state.json'),
      'state-path': this.file('state.json'),
      'model-version': 'credit-risk@1',
      'on-breach': 'report, issue, dispatch, fail',
      'github-token': this.github.issueToken({ repository: REPOSITORY, permissions }),
      ...inputs,
    };
    const before = { ...process.env };
    Object.assign(process.env, { GITHUB_API_URL: this.github.url, GITHUB_REPOSITORY: REPOSITORY });
    try {
      return await action.run(action.readInputs(inputReader((name) => given[name] ?? '')), runContext({}));
    } finally {
      for (const name of ['GITHUB_API_URL', 'GITHUB_REPOSITORY']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  }

  readState(): Promise<string> {
    return readFile(this.file('state.json'), 'utf8');
  }

  get issues(): ReturnType<GitHubEmulator['state']>['issues'] {
    return this.github.state(REPOSITORY).issues;
  }

  get dispatches(): ReturnType<GitHubEmulator['state']>['dispatches'] {
    return this.github.state(REPOSITORY).dispatches;
  }
}

/** A row of traffic with its outcome. */
export interface Row {
  id: string;
  time: string;
  income: string;
  region: string;
  score: string;
  label: string;
}

const table = (rows: readonly Row[]): string =>
  `id,time,income,region,score\n${rows.map(({ id, time, income, region, score }) => `${id},${time},${income},"${region.replaceAll('"', '""')}",${score}`).join('\n')}\n`;
