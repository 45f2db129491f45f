/**
 * Detection and false alarms over the corpus, family by family, beside those of other scanners where Python has them:
 *
 *     node packages/model-files/scripts/corpus.ts [--benign FOLDER] [--python INTERPRETER]... [--keep FOLDER]
 *
 * `--benign` adds a folder of harmless model files of your own; `--python` names interpreters that have picklescan, modelscan, fickling or
 * modelaudit (default: python3, and the environments that `.ci/install-foreign-tools` made); `--keep` leaves the malicious files in a folder. Ends with an error if a malicious file passes or a harmless one does not.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inspectModel } from '../src/index.ts';
import { benignFiles, filesBelow, isNamed, writeVariants, type CorpusFile } from '../test/corpus/files.ts';

const { values: options } = parseArgs({
  options: {
    benign: { type: 'string' },
    python: { type: 'string', multiple: true, default: ['python3'] },
    keep: { type: 'string' },
  },
});

const PEERS = ['picklescan', 'modelscan', 'fickling', 'modelaudit'];
const TOOLS = process.env['FOREIGN_TOOLS'] ?? path.join(os.homedir(), '.cache/mlops-actions-tools');

/** What a scanner says of a file: it names a problem, it could not scan it, or nothing. */
type Answer = 'finding' | 'error' | 'clean';

interface Scanner {
  name: string;
  answers: Answer[];
  seconds: number;
}

const folder = options.keep ?? (await mkdtemp(path.join(os.tmpdir(), 'corpus-')));
try {
  const malicious = await writeVariants(folder);
  const benign = [...(await benignFiles()), ...(options.benign === undefined ? [] : await filesBelow(options.benign))];
  const files = [...malicious, ...benign];
  const ours = await reviewAll(files);
  const scanners = [ours, ...PEERS.flatMap((tool) => peer(tool, files))];

  print('Malicious files that a finding names', malicious, scanners, 0);
  print('Harmless files that a finding names', benign, scanners, malicious.length);
  for (const { name, seconds } of scanners) console.log(`${name}: ${seconds.toFixed(1)} s`);

  const wrong = files.filter((_, index) => (ours.answers[index] === 'finding') !== index < malicious.length);
  for (const { file, family, technique } of wrong) console.error(`wrong: ${family}: ${technique} (${file})`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
}

async function reviewAll(files: readonly CorpusFile[]): Promise<Scanner> {
  const start = performance.now();
  const answers: Answer[] = [];
  for (const { file } of files) answers.push(isNamed(await inspectModel(file)) ? 'finding' : 'clean');
  return { name: 'validate-model', answers, seconds: (performance.now() - start) / 1000 };
}

/** Another scanner's answers, if an interpreter has it. */
function peer(tool: string, files: readonly CorpusFile[]): Scanner[] {
  for (const python of [...options.python, ...[tool, 'python'].map((name) => path.join(TOOLS, name, 'bin/python'))]) {
    const start = performance.now();
    const { status, stdout } = spawnSync(python, [path.join(import.meta.dirname, 'peers.py'), tool], {
      input: files.map(({ file }) => path.resolve(file)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) continue;
    const [version, ...answers] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    return [{ name: `${tool} ${version!}`, answers: answers as Answer[], seconds: (performance.now() - start) / 1000 }];
  }
  return [];
}

/** A table of families: how many files a finding names, and in brackets how many more could not be scanned. */
function print(title: string, files: readonly CorpusFile[], scanners: readonly Scanner[], from: number): void {
  const rows = [...new Set(files.map(({ family }) => family)), 'all'].map((family) => {
    const members = files.flatMap((file, index) => (family === 'all' || file.family === family ? [from + index] : []));
    const cells = scanners.map(({ answers }) => {
      const count = (answer: Answer): number => members.filter((index) => answers[index] === answer).length;
      const errors = count('error');
      return `${((100 * count('finding')) / members.length).toFixed(1)} %${errors > 0 ? ` (+${errors})` : ''}`;
    });
    return [family, String(members.length), ...cells];
  });
  const table = [['family', 'files', ...scanners.map(({ name }) => name)], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  console.log(`\n${title}; in brackets, how many more could not be scanned`);
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
}
