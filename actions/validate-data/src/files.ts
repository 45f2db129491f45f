import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { count, formatBytes, log, subjectOfFiles } from '@mlops-actions/action-kit';
import { fetchPlaces, isObjectUrl } from '@mlops-actions/google-apis';
import { columnsOf, countTable, profileTable, resolveSource } from '@mlops-actions/tabular';
import type { DataAccess } from './access.ts';
import type { Task } from './task.ts';

/** Opens files, after fetching those that are in Cloud Storage. */
export async function openFiles(data: readonly string[], task: Task): Promise<DataAccess> {
  const folder = data.some(isObjectUrl)
    ? await mkdtemp(path.join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'validate-data-'))
    : undefined;
  const close = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const source = await resolveSource(folder === undefined ? data : await fetchPlaces(data, folder));
    const bytes = source.files.reduce((sum, file) => sum + file.bytes, 0);
    log.info(`Data: ${count(source.files.length, 'file')}, ${formatBytes(bytes)}.`);
    return {
      description: data.join(', '),
      columns: await columnsOf(source),
      subject: await subjectOfFiles(
        data.join(', '),
        source.files.map((file) => file.path),
      ),
      async count(definition) {
        const { counts, evidence } = await countTable(source, definition, {
          evidencePerCheck: task.evidenceRows,
          key: task.keyColumns,
          onProgress: progressLine(),
        });
        return { counts, evidence, cost: undefined };
      },
      async quarantine(checks, file) {
        await mkdir(path.dirname(file), { recursive: true });
        return (await countTable(source, { columns: [], checks }, { quarantine: file, evidencePerCheck: 0 }))
          .quarantined;
      },
      profile: () => profileTable(source),
      query: undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One line every ten per cent, so that a long count does not look dead. */
function progressLine(): (progress: { bytes: number; totalBytes: number; rows: number }) => void {
  let told = 0;
  return ({ bytes, totalBytes, rows }) => {
    const tenth = totalBytes === 0 ? 10 : Math.floor((bytes / totalBytes) * 10);
    if (tenth <= told || tenth >= 10) return;
    told = tenth;
    log.info(`Counted ${tenth * 10} % (${count(rows, 'row')}).`);
  };
}
