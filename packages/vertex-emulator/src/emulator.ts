import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { messageOf } from '@mlops-actions/action-kit';
import { startRegistry } from '@mlops-actions/oci/registry';
import { startAdmin } from './admin.ts';
import { changedByAnother } from './another-client.ts';
import { CallLog, type CallRecord } from './calls.ts';
import { mapDeployedModel } from './endpoints.ts';
import { FaultPlan, parseFaults, type Fault } from './faults.ts';
import { Fleet, type Deployment, type ProcessFacts } from './fleet.ts';
import { Images } from './images.ts';
import { endpointName } from './names.ts';
import { interrupted, Operations } from './operations.ts';
import { startDedicatedServer } from './dedicated-server.ts';
import { DEFAULT_CHOICES, type Choices } from './options.ts';
import { Predictions } from './predictions.ts';
import { parseMonitorResults, type MonitorResult } from './model-monitors.ts';
import { MonitoringResults, parseResults, type MonitoringResult } from './monitoring-jobs.ts';
import { hasEnded } from './pipelines/job.ts';
import { PipelineRuns } from './pipelines/runs.ts';
import { RpcServer } from './rpc-server.ts';
import { Turns, type Schedule } from './schedule.ts';
import { startSecurity, type Environments } from './security/security.ts';
import type { Context, PredictionCounts } from './services/context.ts';
import { endpointService } from './services/endpoint-service.ts';
import { jobService } from './services/job-service.ts';
import { modelMonitoringService } from './services/model-monitoring-service.ts';
import { modelService } from './services/model-service.ts';
import { operationsService } from './services/operations-service.ts';
import { pipelineService } from './services/pipeline-service.ts';
import { predictionService } from './services/prediction-service.ts';
import { withEndpoint, type State } from './state.ts';
import { Store, type RecordedViolation } from './store.ts';

export interface EmulatorOptions extends Partial<Choices> {
  /** Address to listen on; loopback unless told otherwise: the emulator knows no users. */
  host?: string;
  /** Ports of the gRPC server, the OCI registry and the admin server; 0, the default, takes a free one. */
  port?: number;
  registryPort?: number;
  adminPort?: number;
  /** Folder for images, the registry's content and logs; a temporary one, which goes at the end, unless told otherwise. */
  dataDir?: string;
  /** File that the state is kept in. */
  stateFile?: string;
  /** Milliseconds that a long-running operation takes beside its work; 100 unless told otherwise. */
  operationDelay?: number;
  /** Milliseconds in which a model's server must become healthy; 60,000 unless told otherwise. */
  startTimeout?: number;
  /** Whether images are pulled and servers started; without, models and endpoints are records, and nothing answers predictions. */
  containers?: boolean;
  /** Makes ids and routing repeat themselves. */
  seed?: string;
  /** Whether the gRPC server speaks TLS and wants to know who calls; see {@link Emulator.environments}. */
  secure?: boolean;
  /** Milliseconds that an access token of the secure mode is good for; an hour unless told otherwise. */
  tokenLifetime?: number;
  /** Milliseconds that a new monitoring job is PENDING; as `operationDelay` unless told otherwise. */
  monitoringDelay?: number;
  /** What Vertex Model Monitoring has measured. */
  anomalies?: readonly MonitoringResult[];
  /** What goes wrong. */
  faults?: readonly Fault[];
  /** Told of what happens, in lines for people. */
  onLog?: (line: string) => void;
}

/** What `/state` shows. */
export interface EmulatorState extends State {
  processes: ProcessFacts[];
  /** Answered predictions by endpoint name and deployed model id. */
  predictions: Record<string, Record<string, number>>;
  violations: readonly RecordedViolation[];
}

/** A running emulator. */
export interface Emulator {
  /** `host:port` of the gRPC server. */
  readonly address: string;
  /** `host:port` of the OCI registry. */
  readonly registryAddress: string;
  /** `http://host:port` of the admin server. */
  readonly adminUrl: string;
  /** In the secure mode, what a client's environment must hold to be let in. */
  readonly environments: Environments | undefined;
  /** In the secure mode, the exchanges of identities that were made: `oidc`, `sts`, `impersonate`. */
  readonly exchanges: readonly string[];
  state(): EmulatorState;
  calls(): readonly CallRecord[];
  /** Sets a new fault plan. */
  setFaults(faults: readonly Fault[]): void;
  /** Lets a test decide in which order calls and ends of operations happen; `undefined` lets everything happen when it comes. */
  setSchedule(schedule: Schedule | undefined): void;
  /** Sets what Vertex Model Monitoring has measured. */
  setAnomalies(results: readonly MonitoringResult[]): void;
  /** Sets what the jobs of model monitors (version 2) measure. */
  setMonitorResults(results: readonly MonitorResult[]): void;
  /** Sets the milliseconds that monitoring jobs are PENDING. */
  setMonitoringDelay(delay: number): void;
  /** Stops all servers and processes; the state is saved. */
  close(): Promise<void>;
}

/** Starts an emulator in this process. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', operationDelay = 100, startTimeout = 60_000, onLog = () => undefined } = options;
  // What was started, so that whatever fails, it is stopped; the last first.
  const closers: (() => void | Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'vertex-emulator-')));
    if (options.dataDir === undefined) closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const folders = { registry: path.join(dataDir, 'registry'), images: path.join(dataDir, 'images') };
    const logs = path.join(dataDir, 'logs');
    await Promise.all([...Object.values(folders), logs].map((folder) => mkdir(folder, { recursive: true })));

    const store = await Store.open({ seed: options.seed, file: options.stateFile });
    closers.push(() => store.close());
    const registry = await startRegistry({ host, port: options.registryPort ?? 0, directory: folders.registry });
    closers.push(() => registry.close());

    const faults = new FaultPlan(options.faults);
    const turns = new Turns();
    const operations = new Operations(store, faults, { delay: operationDelay, onLog, turns });
    const pipelines = new PipelineRuns(store, faults, { delay: operationDelay, onLog });
    const monitoring = new MonitoringResults(options.anomalies, options.monitoringDelay ?? operationDelay);
    const images = new Images(folders.images);
    const fleet = new Fleet({
      images,
      logs,
      startTimeout,
      onHealth(deployment, problem) {
        onLog(`DeployedModel ${deployment.deployed.id}: ${problem ?? 'healthy again'}`);
        recordHealth(store, deployment, problem);
      },
    });
    const predictions: PredictionCounts = new Map();
    const security =
      options.secure === true
        ? await startSecurity(host, path.join(dataDir, 'credentials'), options.tokenLifetime ?? 3_600_000)
        : undefined;
    if (security !== undefined) closers.push(() => security.close());
    const containers = options.containers === false ? undefined : { images, fleet };
    const dedicated = await startDedicatedServer(host, new Predictions({ store, containers, predictions }), security);
    closers.push(() => dedicated.close());
    const context: Context = {
      store,
      operations,
      pipelines,
      monitoring,
      predictions,
      choices: { ...DEFAULT_CHOICES, ...definedChoices(options) },
      containers,
      dedicatedAddress: dedicated.address,
    };
    closers.push(
      () => fleet.close(),
      () => operations.close(),
      () => pipelines.close(),
    );
    await resume(context);

    const calls = new CallLog(({ method, code, message }) => {
      if (/\.(Get|List|Predict|RawPredict|Wait)/.test(method) && code === 'OK') return;
      onLog(`${method}: ${code ?? ''}${message === undefined ? '' : ` ${message}`}`);
    });
    const rpc = new RpcServer({
      calls,
      faults,
      turns,
      security,
      meanwhile: (change) =>
        store.change('AnotherClient', (state, moment) => [changedByAnother(state, change, moment), undefined]),
      onBug: (method, error) => onLog(`${method} failed: ${error instanceof Error ? error.stack : messageOf(error)}`),
    });
    rpc.addService('google.cloud.aiplatform.v1.ModelService', modelService(context));
    rpc.addService('google.cloud.aiplatform.v1.EndpointService', endpointService(context));
    rpc.addService('google.cloud.aiplatform.v1.PredictionService', predictionService(context));
    rpc.addService('google.cloud.aiplatform.v1.PipelineService', pipelineService(context));
    rpc.addService('google.cloud.aiplatform.v1.JobService', jobService(context));
    rpc.addService('google.cloud.aiplatform.v1beta1.ModelMonitoringService', modelMonitoringService(context));
    rpc.addService('google.longrunning.Operations', operationsService(context));
    const port = await rpc.listen(host, options.port ?? 0);
    closers.push(() => rpc.close());

    const state = (): EmulatorState => ({
      ...store.state,
      processes: fleet.processes,
      predictions: Object.fromEntries([...predictions].map(([name, counts]) => [name, Object.fromEntries(counts)])),
      violations: store.violations,
    });
    const admin = await startAdmin(host, options.adminPort ?? 0, {
      'GET /healthz': () => ({ status: 'ok' }),
      'GET /state': state,
      'GET /calls': (_, query) => calls.calls.filter(({ number }) => number > Number(query.get('after') ?? 0)),
      'GET /faults': () => faults.faults,
      'PUT /faults': (plan) => {
        faults.replace(parseFaults(plan));
        return faults.faults;
      },
      'GET /anomalies': () => monitoring.results,
      'PUT /anomalies': (results) => (monitoring.results = parseResults(results)),
      'GET /monitor-results': () => monitoring.ofMonitors,
      'PUT /monitor-results': (results) => (monitoring.ofMonitors = parseMonitorResults(results)),
    });
    closers.push(() => admin.close());

    return {
      address: `${host}:${port}`,
      registryAddress: registry.address,
      adminUrl: admin.url,
      environments: security?.environments(port),
      exchanges: security?.exchanges ?? [],
      state,
      calls: () => calls.calls,
      setFaults: (plan) => faults.replace(plan),
      setSchedule(schedule) {
        turns.schedule = schedule;
      },
      setAnomalies(results) {
        monitoring.results = parseResults(results);
      },
      setMonitorResults(results) {
        monitoring.ofMonitors = parseMonitorResults(results);
      },
      setMonitoringDelay(delay) {
        monitoring.delay = delay;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ends what an earlier emulator left undone, and starts the servers of what it had deployed. */
async function resume({ store, pipelines, containers, dedicatedAddress }: Context): Promise<void> {
  store.change('Resume', (state, moment) => [
    {
      ...state,
      operations: mapValues(state.operations, (operation) => interrupted(operation, moment.now)),
      endpoints: mapValues(state.endpoints, (endpoint) => ({
        ...endpoint,
        deploying: [],
        settings: {
          ...endpoint.settings,
          ...(endpoint.settings.dedicatedEndpointEnabled === true && { dedicatedEndpointDns: dedicatedAddress }),
        },
      })),
      pipelineJobs: mapValues(state.pipelineJobs, (job) => (hasEnded(job) ? job : { ...job, tasks: [] })),
    },
    undefined,
  ]);
  for (const job of Object.values(store.state.pipelineJobs)) if (!hasEnded(job)) pipelines.start(job);
  if (containers === undefined) return;
  const { signal } = new AbortController();
  await Promise.all(
    Object.values(store.state.endpoints).flatMap((endpoint) =>
      endpoint.deployedModels.map(async (deployed) => {
        const version = store.state.models[deployed.model]?.versions.find(({ id }) => id === deployed.modelVersionId);
        if (version === undefined) return;
        const deployment = { endpoint, deployed, version };
        const problem = await containers.fleet.start(deployment, signal).then(() => undefined, messageOf);
        recordHealth(store, deployment, problem);
      }),
    ),
  );
}

/** Writes down whether a deployed model's server answers; one that is not deployed (yet, or any more) has no record. */
function recordHealth(store: Store, { endpoint, deployed }: Deployment, problem: string | undefined): void {
  store.change('ModelServer', (state, moment) => {
    const current = state.endpoints[endpointName(endpoint)];
    if (current?.deployedModels.some(({ id }) => id === deployed.id) !== true) return [state, undefined];
    const changed = mapDeployedModel(
      current,
      deployed.id,
      (model) => ({
        ...model,
        status: {
          availableReplicaCount: problem === undefined ? model.resources.minReplicaCount : 0,
          message: problem ?? '',
          lastUpdateTime: moment.now,
        },
      }),
      moment,
    );
    return [withEndpoint(state, changed), undefined];
  });
}

const mapValues = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function definedChoices(options: EmulatorOptions): Partial<Choices> {
  return Object.fromEntries(
    (Object.keys(DEFAULT_CHOICES) as (keyof Choices)[]).flatMap((key) =>
      options[key] === undefined ? [] : [[key, options[key]]],
    ),
  );
}
