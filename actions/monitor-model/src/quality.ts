import { log, UserError } from '@mlops-actions/action-kit';
import type { Finding, MonitorWindow, WindowRecord } from '@mlops-actions/monitoring';
import type { Sample } from '@mlops-actions/statistics';
import { resolveSource, type Source } from '@mlops-actions/tabular';
import type { CurrentData } from './current.ts';
import { acceptedQuality, qualityFindings, withQuality } from './judge.ts';
import type { Places } from './places.ts';
import { readLabels, readReference, readScored, within, type ScoredRows } from './scored.ts';
import type { Task } from './task.ts';

/** Judges quality in the window, and anew in the earlier windows that waited for labels. @param waiting oldest first */
export async function judgeQuality(
  task: Task,
  {
    waiting,
    modelVersion,
    current,
    accepted,
    places,
  }: {
    waiting: readonly WindowRecord[];
    /** The version that is judged. */
    modelVersion: string;
    current: CurrentData | undefined;
    accepted: Source | undefined;
    places: Places;
  },
): Promise<{ findings: Finding[]; rejudged: WindowRecord[] }> {
  const { policy, columns, reference } = task;
  if (policy.performance === undefined) return { findings: [], rejudged: [] };
  const scored = placesWithScores(task, current);
  if (scored === undefined) {
    log.warning(`Performance is not judged: nothing has the column '${columns.score}' of scores.`);
    return { findings: [], rejudged: [] };
  }
  // All that is there, since labels of earlier windows may have come in.
  const source = await resolveSource(await places.scored(scored));
  const rows = await readScored([source], columns, policy.performance.slices ?? []);
  if (rows.unscored > 0) log.warning(`${rows.unscored} rows have no score, and are left out of performance.`);
  if (rows.repeated > 0) log.warning(`${rows.repeated} rows repeat a key, and count once.`);
  const labels = await openLabels(task, places);
  const sample: Sample | undefined =
    accepted === undefined || reference === undefined ? undefined : await readReference([accepted], reference);
  const references = acceptedQuality(sample, policy);
  const judge = (window: MonitorWindow, of: ScoredRows): Finding[] =>
    qualityFindings(window, within(of, window), labels, sample, references, task);
  return {
    findings: judge(task.window, rows),
    rejudged: waiting.flatMap((record) => {
      // What this model answered says nothing of the one before.
      if (places.areOfOneModel && record.modelVersion !== modelVersion) return [];
      const mine = within(rows, record.window);
      // The files of that window may not be given any more: then it waits on.
      return mine.keys.length === 0 || rows.times === undefined
        ? []
        : [withQuality(record, judge(record.window, mine))];
    }),
  };
}

/** The tables with the scores: those of their own, or the current data. */
function placesWithScores(
  { predictions, current: named, columns }: Task,
  current: CurrentData | undefined,
): readonly string[] | undefined {
  if (predictions !== undefined) return predictions;
  if (named === undefined || current?.columns.includes(columns.score) !== true) return undefined;
  return named.engine === 'embedded' ? named.places : [named.table];
}

/** That no label has come in yet is no error: it is told, and what is due is inconclusive. */
async function openLabels({ labels, columns }: Task, places: Places): Promise<Map<string, number>> {
  if (labels === undefined) return new Map();
  try {
    return await readLabels([await resolveSource(await places.labels(labels))], columns);
  } catch (error) {
    if (!(error instanceof UserError && error.message.startsWith('There is no data at'))) throw error;
    log.warning(`No labels have come in: ${error.message}`);
    return new Map();
  }
}
