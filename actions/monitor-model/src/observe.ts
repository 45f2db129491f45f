import path from 'node:path';
import { log } from '@mlops-actions/action-kit';
import {
  judgeService,
  makeRecord,
  windowsOf,
  type Finding,
  type MonitorWindow,
  type ServiceWindow,
  type WindowRecord,
} from '@mlops-actions/monitoring';
import { readProfile, resolveSource, type Counts, type Profile, type Source } from '@mlops-actions/tabular';
import { withVertex } from '@mlops-actions/vertex';
import { readCloudService } from './cloud-service.ts';
import { openCurrent, openFiles, type CurrentData } from './current.ts';
import { definitionFor, inputReference, scoreReference, type Reference } from './drift.ts';
import { driftFindings, feedFindings, matured } from './judge.ts';
import { openPlaces, type Places } from './places.ts';
import { judgeQuality } from './quality.ts';
import { readServiceFile } from './service.ts';
import { servingOn, type Serving } from './serving.ts';
import type { Memory } from './state.ts';
import { MOST_SCORED } from './tables.ts';
import { CLOUD_MONITORING, type Task } from './task.ts';
import { isOfVertex } from './vertex-findings.ts';
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

  const waiting = matured(memory.monitor.windows, task.asOf, task.policy).filter(
    ({ window }) => window.from !== task.window.from,
  );
  const profile = task.profile === undefined ? undefined : await readProfile(task.profile);
  const places = openPlaces(
    task,
    {
      range: rangeOf(task, waiting),
      features: (profile?.columns ?? []).map(({ name }) => name),
      deployedModelId: serving.deployedModelId,
      mostRows: MOST_SCORED,
    },
    folder,
  );
  const current = await openCurrent(task, places, folder);
  const accepted = task.reference === undefined ? undefined : await resolveSource([task.reference.path]);
  const compared: Observation['compared'] = [];
  if (current !== undefined && profile !== undefined) {
    const scores = await compareScores(task, profile, accepted, current, places, folder);
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
  const quality = await judgeQuality(task, {
    waiting,
    modelVersion: serving.version,
    current,
    accepted,
    places,
  });
  findings.push(...quality.findings);

  const vertexMonitoring = await readVertexMonitoring(task, serving, past, dryRun);
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
    rejudged: mergeRejudged(quality.rejudged, vertexMonitoring?.rejudged ?? []),
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
    return { version: modelVersion ?? 'unknown', deployedModelId: undefined, model: undefined };
  }
  const serving = await withVertex(endpoint.place, (vertex) => servingOn(vertex, endpoint.id));
  log.info(`${serving.version} serves on endpoint ${endpoint.id} (deployed model ${serving.deployedModelId}).`);
  return serving;
}

/** The window with those before it that wait for labels, where rows have times by which they are told apart. */
function rangeOf({ window, columns }: Task, waiting: readonly WindowRecord[]): MonitorWindow {
  const begins = columns.time === undefined ? [] : waiting.map((record) => record.window.from);
  return { ...window, from: [window.from, ...begins].sort()[0]! };
}

async function compareScores(
  task: Task,
  profile: Profile,
  accepted: Source | undefined,
  current: CurrentData,
  places: Places,
  folder: string,
): Promise<{ reference: Reference; counts: Counts } | undefined> {
  const { predictions, columns } = task;
  if (predictions === undefined && !current.columns.includes(columns.score)) return undefined;
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
  const scored =
    predictions === undefined
      ? current
      : await openFiles(task, await places.scored(predictions), predictions.join(', '), path.join(folder, 'scored'));
  return { reference, counts: await scored.count(definitionFor([reference], scored.columns)) };
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

/** Earlier windows that were judged anew, of one by both quality and Vertex AI what each of them says; oldest first. */
function mergeRejudged(byQuality: readonly WindowRecord[], byVertex: readonly WindowRecord[]): WindowRecord[] {
  const merged = new Map(byQuality.map((record) => [record.window.from, record]));
  for (const record of byVertex) {
    const other = merged.get(record.window.from);
    const rest = (other ?? record).findings.filter((finding) => !isOfVertex(finding));
    const findings = [...rest, ...record.findings.filter(isOfVertex)];
    merged.set(record.window.from, makeRecord({ ...record, findings }));
  }
  return [...merged.values()].sort((a, b) => (a.window.from < b.window.from ? -1 : 1));
}
