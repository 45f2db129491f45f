import path from 'node:path';
import { log, UserError } from '@mlops-actions/action-kit';
import {
  judgeService,
  makeRecord,
  windowsOf,
  type Finding,
  type MonitorWindow,
  type ServiceWindow,
  type WindowRecord,
} from '@mlops-actions/monitoring';
import type { Sample } from '@mlops-actions/statistics';
import { readProfile, resolveSource, type Counts, type Profile, type Source } from '@mlops-actions/tabular';
import { withVertex } from '@mlops-actions/vertex';
import { readCloudService } from './cloud-service.ts';
import { openCurrent, openFiles, type CurrentData } from './current.ts';
import { definitionFor, inputReference, scoreReference, type Reference } from './drift.ts';
import { CLOUD_MONITORING, type Task } from './inputs.ts';
import { acceptedQuality, driftFindings, feedFindings, matured, qualityFindings, withQuality } from './judge.ts';
import { fetchPlaces } from './places.ts';
import { readLabels, readReference, readScored, within, type ScoredRows } from './scored.ts';
import { readServiceFile } from './service.ts';
import { servingOn, type Serving } from './serving.ts';
import type { Memory } from './state.ts';
import { readVertexMonitoring, type VertexMonitoring } from './vertex-monitoring.ts';

/** What was found in a window. */
export interface Observation {
  record: WindowRecord;
  /** Earlier windows, judged anew by labels that have come in; oldest first. */
  rejudged: WindowRecord[];
  serving: Serving;
  current: CurrentData | undefined;
  profile: Profile | undefined;
  /** What was counted, with what it is compared with. */
  compared: { reference: Reference; counts: Counts }[];
  serviceHistory: Memory['service'];
  vertexMonitoring: VertexMonitoring | undefined;
}

/**
 * Looks at everything that the task names.
 *
 * @param folder for downloads and copies
 * @param dryRun whether Vertex Model Monitoring is left as it is
 */
export async function observe(task: Task, memory: Memory, folder: string, dryRun: boolean): Promise<Observation> {
  const serving = await whatServes(task);
  const past = windowsOf(memory.monitor, serving.version).filter(
    ({ window }) => Date.parse(window.from) < Date.parse(task.window.from),
  );
  const findings: Finding[] = [];

  const current = await openCurrent(task, folder);
  const profile = task.profile === undefined ? undefined : await readProfile(task.profile);
  const accepted = task.reference === undefined ? undefined : await resolveSource([task.reference.path]);
  const compared: Observation['compared'] = [];
  if (current !== undefined && profile !== undefined) {
    const scored = await scoredSources(task, current, folder);
    const scores = await compareScores(task, profile, accepted, current, scored);
    const inputs = inputReference(profile, task);
    const counts = await current.count(definitionFor([inputs], current.columns));
    compared.push({ reference: inputs, counts }, ...(scores === undefined ? [] : [scores]));
    findings.push(
      ...driftFindings({ reference: inputs, counts }, scores, task.columns.score, task.policy),
      ...feedFindings(
        task.window,
        { ...current, dated: task.columns.time !== undefined },
        past,
        task.policy,
        task.asOf,
      ),
    );
  }
  const quality = await judgeQuality(task, memory, current, accepted, folder);
  findings.push(...quality.findings);

  const vertexMonitoring = await readVertexMonitoring(task, serving, dryRun);
  findings.push(...(vertexMonitoring?.findings ?? []));

  const service = await serviceWindow(task, serving);
  const history = memory.service.filter(({ from }) => from !== task.window.from);
  if (service !== undefined) {
    const mine = history.filter(({ modelVersion }) => modelVersion === serving.version);
    findings.push(...judgeService(service, mine, task.policy.service));
  }
  return {
    record: makeRecord({
      window: task.window,
      rows: current?.rows ?? service?.requests ?? 0,
      modelVersion: serving.version,
      findings,
    }),
    rejudged: quality.rejudged,
    serving,
    current,
    profile,
    compared,
    vertexMonitoring,
    serviceHistory:
      service === undefined
        ? history
        : [...history, { ...service, modelVersion: serving.version }].sort((a, b) => (a.from < b.from ? -1 : 1)),
  };
}

/** The version that is judged: the one that was named, or that serves on the endpoint. */
async function whatServes({ endpoint, modelVersion }: Task): Promise<Serving> {
  if (endpoint === undefined || modelVersion !== undefined) {
    return { version: modelVersion ?? 'unknown', deployedModelId: undefined };
  }
  const serving = await withVertex(endpoint.place, (vertex) => servingOn(vertex, endpoint.id));
  log.info(`${serving.version} serves on endpoint ${endpoint.id} (deployed model ${serving.deployedModelId}).`);
  return serving;
}

/** The tables with the scores: files of their own, or the current data. */
async function scoredSources(task: Task, current: CurrentData | undefined, folder: string): Promise<readonly Source[]> {
  if (task.predictions === undefined) {
    return current?.columns.includes(task.columns.score) === true ? current.sources : [];
  }
  return [await resolveSource(await fetchPlaces(task.predictions, path.join(folder, 'predictions')))];
}

async function compareScores(
  task: Task,
  profile: Profile,
  accepted: Source | undefined,
  current: CurrentData,
  scored: readonly Source[],
): Promise<{ reference: Reference; counts: Counts } | undefined> {
  const isInTable = current.sources.length === 0 && current.columns.includes(task.columns.score);
  if (scored.length === 0 && !isInTable) return undefined;
  const column = task.reference?.score;
  const reference = await scoreReference(
    profile,
    accepted === undefined || column === undefined ? undefined : { source: accepted, column },
    task,
  );
  if (reference === undefined) {
    log.warning('Drift of the predictions is not judged: neither the reference profile nor a reference has scores.');
    return undefined;
  }
  if (task.predictions === undefined) {
    return { reference, counts: await current.count(definitionFor([reference], current.columns)) };
  }
  const predictions = await openFiles(
    task,
    scored.flatMap(({ files }) => files.map((file) => file.path)),
    '',
  );
  return { reference, counts: await predictions.count(definitionFor([reference], predictions.columns)) };
}

async function judgeQuality(
  task: Task,
  memory: Memory,
  current: CurrentData | undefined,
  accepted: Source | undefined,
  folder: string,
): Promise<{ findings: Finding[]; rejudged: WindowRecord[] }> {
  const { policy, columns, reference } = task;
  if (policy.performance === undefined) return { findings: [], rejudged: [] };
  const waiting = matured(memory.monitor.windows, task.asOf, policy).filter(
    ({ window }) => window.from !== task.window.from,
  );
  const places = task.predictions ?? (task.current?.engine === 'embedded' ? task.current.places : undefined);
  if (places === undefined || (task.predictions === undefined && current?.columns.includes(columns.score) !== true)) {
    log.warning('Performance is not judged: there are no files with scores.');
    return { findings: [], rejudged: [] };
  }
  // All that is there, since labels of earlier windows may have come in.
  const source = await resolveSource(await fetchPlaces(places, path.join(folder, 'scored')));
  const rows = await readScored([source], columns, policy.performance.slices ?? []);
  if (rows.unscored > 0) log.warning(`${rows.unscored} rows have no score, and are left out of performance.`);
  if (rows.repeated > 0) log.warning(`${rows.repeated} rows repeat a key, and count once.`);
  const labels = await openLabels(task, folder);
  const sample: Sample | undefined =
    accepted === undefined || reference === undefined ? undefined : await readReference([accepted], reference);
  const references = acceptedQuality(sample, policy);
  const judge = (window: MonitorWindow, scored: ScoredRows): Finding[] =>
    qualityFindings(window, within(scored, window), labels, sample, references, task);
  return {
    findings: judge(task.window, rows),
    rejudged: waiting.flatMap((record) => {
      const mine = within(rows, record.window);
      // The files of that window may not be given any more: then it waits on.
      return mine.keys.length === 0 || rows.times === undefined
        ? []
        : [withQuality(record, judge(record.window, mine))];
    }),
  };
}

/** That no label has come in yet is no error: it is told, and what is due is inconclusive. */
async function openLabels({ labels, columns }: Task, folder: string): Promise<Map<string, number>> {
  if (labels === undefined) return new Map();
  try {
    return await readLabels([await resolveSource(await fetchPlaces(labels, path.join(folder, 'labels')))], columns);
  } catch (error) {
    if (!(error instanceof UserError && error.message.startsWith('There is no data at'))) throw error;
    log.warning(`No labels have come in: ${error.message}`);
    return new Map();
  }
}

async function serviceWindow(task: Task, serving: Serving): Promise<ServiceWindow | undefined> {
  if (task.metrics === undefined) return undefined;
  const window =
    task.metrics === CLOUD_MONITORING
      ? await readCloudService(task, serving)
      : await readServiceFile(task.metrics, task.window);
  if (window === undefined) {
    log.warning(`The service metrics '${task.metrics}' say nothing of the window.`);
    return { from: task.window.from, requests: 0, errors: 0, latencies: [] };
  }
  return window;
}
