/**
 * Writes the reference profile of each version that has served: `node monitoring/make-profiles.ts`.
 *
 * What a month is compared with are the 400 test rows, with the scores that the version gave them: rows that no version was trained on, so that a
 * model's confidence in what it knows by heart is not taken for its normal one.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { profileTable, resolveSource, writeProfile } from '@mlops-actions/tabular';

const example = path.resolve(import.meta.dirname, '..');
const [header, ...lines] = (await readFile(path.join(example, 'data/applications.csv'), 'utf8')).trimEnd().split('\n');
const names = header!.split(',');
const applications = new Map(
  lines.map((line): [string, Map<string, string>] => {
    const cells = line.split(',');
    return [cells[0]!, new Map(names.map((name, column) => [name, cells[column]!]))];
  }),
);

const profiles = path.join(import.meta.dirname, 'profiles');
await mkdir(profiles, { recursive: true });
for (const version of ['1-scorecard', '2-gradient-boosting']) {
  const evaluation = path.join(example, 'versions', version, 'evaluation');
  const golden = await readFile(path.join(evaluation, 'golden.jsonl'), 'utf8');
  const { instance } = JSON.parse(golden.split('\n')[0]!) as { instance: Record<string, unknown> };
  const attributes = Object.keys(instance);
  const predictions = (await readFile(path.join(evaluation, 'predictions.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  const rows = predictions.map((line) => {
    const [id, , score] = line.split(',');
    return [...attributes.map((name) => applications.get(id!)!.get(name)), score].join(',');
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'profile-'));
  try {
    await writeFile(
      path.join(folder, 'test-rows.csv'),
      `${[[...attributes, 'score'].join(','), ...rows].join('\n')}\n`,
    );
    const profile = await profileTable(await resolveSource(['test-rows.csv'], { cwd: folder }));
    await writeProfile(path.join(profiles, `${version}.json`), profile);
    console.log(`${version}: ${profile.rows} rows, ${profile.digest}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
