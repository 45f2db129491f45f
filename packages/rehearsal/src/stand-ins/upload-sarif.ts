import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { count, UserError } from '@mlops-actions/action-kit';
import { filesBelow } from '../language/glob.ts';
import { within } from '../model/repository.ts';
import type { StandIn } from './stand-in.ts';

/** `github/codeql-action/upload-sarif`: checks that code scanning would take the file, and counts its results. */
export const uploadSarif: StandIn = {
  uses: 'github/codeql-action/upload-sarif',
  inputs: {
    ...{ sarif_file: '../results', checkout_path: '', ref: '', sha: '', token: '', matrix: '', category: '' },
    'wait-for-processing': 'true',
  },
  async run({ job, input, log, requirePermission }) {
    requirePermission('security-events', 'write');
    const given = input('sarif_file');
    const found = await within(job.workspace, given, `'${given}'`);
    const files = (await filesBelow(found)).filter((file) => file === '' || file.endsWith('.sarif'));
    if (files.length === 0) throw new UserError(`There is no SARIF file in '${given}'.`);
    let results = 0;
    for (const file of files)
      results += countResults(await readFile(path.join(found, file), 'utf8'), path.join(given, file));
    const category = input('category');
    log(
      `On GitHub: uploads ${count(results, 'result')} of ${count(files.length, 'SARIF file')}${category === '' ? '' : ` as '${category}'`}.`,
    );
    return { 'sarif-id': 'rehearsal' };
  },
};

/** Results of a SARIF 2.1.0 log. @throws UserError if it is none. */
function countResults(text: string, file: string): number {
  let sarif: unknown;
  try {
    sarif = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not JSON, so code scanning would refuse it.`, { cause });
  }
  const { version, runs } = (sarif ?? {}) as { version?: unknown; runs?: unknown };
  if (version !== '2.1.0') throw new UserError(`${file} is not SARIF 2.1.0, so code scanning would refuse it.`);
  if (!Array.isArray(runs)) throw new UserError(`${file} has no list of runs, so code scanning would refuse it.`);
  return runs.reduce<number>((sum, run: { results?: unknown } | null) => {
    return sum + (Array.isArray(run?.results) ? run.results.length : 0);
  }, 0);
}
