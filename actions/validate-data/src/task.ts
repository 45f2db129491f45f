import { realpathSync } from 'node:fs';
import path from 'node:path';
import { closest, digestFile, log, UserError } from '@mlops-actions/action-kit';
import { parseContract, readContract, type Contract, type SchemaObject, type Server } from '@mlops-actions/contract';
import { manifestOf, type LoadedManifest } from '@mlops-actions/manifest';
import type { RowFilter } from '@mlops-actions/tabular/sql';
import type { FailOn, Inputs } from './inputs.ts';

/** What is to be done: the inputs, checked, with model.yaml and the contract's server under them. */
export interface Task {
  contract: Contract;
  /** The contract's file and its digest; undefined where there is no contract. */
  contractFile: { path: string; digest: string } | undefined;
  baseline: { path: string; contract: Contract } | undefined;
  object: SchemaObject | undefined;
  data: DataTask | undefined;
  /** Whether only what is checked out is looked at, so that a contract may come without data. */
  offline: boolean;
  definitionPath: string | undefined;
  allowSql: boolean;
  profile: string | undefined;
  profileOutput: string | undefined;
  results: readonly string[];
  failOn: FailOn;
  asOf: number;
  evidenceRows: number;
  keyColumns: readonly string[];
  quarantinePath: string | undefined;
}

/** Where the rows are, and who counts them. */
export type DataTask =
  | { engine: 'embedded'; data: readonly string[] }
  | {
      engine: 'bigquery';
      table: string;
      jobProject: string | undefined;
      maximumBytesBilled: number;
      filter: RowFilter | undefined;
    }
  | { engine: 'counts'; path: string };

const DEFAULT_MAXIMUM_BYTES = 10_000_000_000;

/** Lays model.yaml and the contract under the inputs. Reads no data. */
export async function resolveTask(inputs: Inputs, now: number): Promise<Task> {
  const loaded = await manifestOf(inputs);
  const own = loaded?.manifest.data ?? {};
  const resolve = (relative: string | undefined): string | undefined =>
    relative === undefined ? undefined : loaded!.resolve(relative);
  const file = inputs.contract ?? resolve(own.contract);
  const contract = file === undefined ? bareContract() : await readContract(file);
  const data = dataOf(inputs, loaded, contract);
  const task: Task = {
    contract,
    contractFile: file === undefined ? undefined : { path: file, digest: await digestFile(file) },
    baseline:
      inputs.baselineContract === undefined
        ? undefined
        : { path: inputs.baselineContract, contract: await readContract(inputs.baselineContract) },
    object:
      data === undefined && inputs.definitionPath === undefined
        ? undefined
        : objectOf(contract, inputs.schemaObject ?? own['schema-object'], file),
    data,
    offline: inputs.offline ?? false,
    definitionPath: inputs.definitionPath,
    allowSql: inputs.allowSql ?? false,
    profile: inputs.profile ?? resolve(own.profile),
    profileOutput: inputs.profileOutput,
    results: inputs.results ?? [],
    failOn: inputs.failOn ?? own['fail-on'] ?? 'error',
    asOf: inputs.asOf ?? now,
    evidenceRows: inputs.evidenceRows ?? 20,
    keyColumns: inputs.keyColumns ?? own['key-columns'] ?? [],
    quarantinePath: inputs.quarantinePath,
  };
  check(task);
  return task;
}

function check(task: Task): void {
  const { data } = task;
  if (task.offline && (data?.engine === 'bigquery' || (data?.engine === 'embedded' && data.data.some(isObjectUrl)))) {
    throw new UserError("Input 'offline' is true, and the inputs name data that are not checked out.");
  }
  if (task.baseline !== undefined && task.contractFile === undefined) {
    throw new UserError("Input 'baseline-contract' is set, and there is no contract to compare it with.", {
      fix: "Name it by the input 'contract', or data.contract in model.yaml.",
    });
  }
  if (
    data === undefined &&
    !(task.offline && task.contractFile !== undefined) &&
    task.baseline === undefined &&
    task.definitionPath === undefined &&
    task.results.length === 0
  ) {
    throw new UserError('It is not said which data are to be checked.', {
      fix: "Set one of the inputs 'data', 'table' and 'counts-path', or data.data in model.yaml; 'baseline-contract' alone compares contracts.",
    });
  }
  for (const [input, value, engine] of [
    ['quarantine-path', task.quarantinePath, 'embedded'],
    ['profile-output', task.profileOutput, 'embedded or bigquery'],
  ] as const) {
    if (value !== undefined && (data === undefined || !engine.includes(data.engine))) {
      throw new UserError(`Input '${input}' needs the rows, which only the engine ${engine} sees.`);
    }
  }
  if (task.allowSql && data?.engine !== 'bigquery') {
    throw new UserError("Input 'allow-sql' is for the engine bigquery: nowhere else are 'sql' rules run.");
  }
}

/** What is demanded of data without a contract: that there are rows. */
function bareContract(): Contract {
  return parseContract(
    JSON.stringify({
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      id: 'none',
      version: '0.0.0',
      status: 'none',
      schema: [{ name: 'data', quality: [{ id: 'rows', metric: 'rowCount', mustBeGreaterThan: 0 }] }],
    }),
    'no contract',
  );
}

function objectOf(contract: Contract, wanted: string | undefined, file = 'no contract'): SchemaObject {
  const { objects } = contract;
  const names = objects.map(({ name }) => name);
  if (wanted === undefined) {
    const [only] = objects;
    if (only !== undefined && objects.length === 1) return only;
    throw new UserError(
      only === undefined
        ? `The contract '${file}' has no schema.`
        : `The contract '${file}' has ${objects.length} objects.`,
      {
        fix:
          only === undefined
            ? 'Add the object that the data is.'
            : `Set the input 'schema-object' to one of ${names.join(', ')}.`,
      },
    );
  }
  const found =
    objects.find(({ name }) => name === wanted) ?? objects.find(({ physicalName }) => physicalName === wanted);
  if (found !== undefined) return found;
  const near = closest(wanted, names);
  throw new UserError(`The contract '${file}' has no object '${wanted}'.`, {
    fix: near === undefined ? `It has ${names.join(', ') || 'none'}.` : `Did you mean '${near}'?`,
  });
}

function dataOf(inputs: Inputs, loaded: LoadedManifest | undefined, contract: Contract): DataTask | undefined {
  const given = {
    embedded: inputs.data !== undefined,
    bigquery: inputs.table !== undefined,
    counts: inputs.countsPath !== undefined,
  };
  const named = (Object.keys(given) as (keyof typeof given)[]).filter((engine) => given[engine]);
  if (named.length > 1) {
    throw new UserError("Only one of the inputs 'data', 'table' and 'counts-path' can be set.");
  }
  const [from] = named;
  if (inputs.engine !== undefined && from !== undefined && inputs.engine !== from) {
    const wanted = { embedded: 'data', bigquery: 'table', counts: 'counts-path' };
    throw new UserError(`Input 'engine' is ${inputs.engine}, and the data are given by '${wanted[from]}'.`, {
      fix: `Set '${wanted[inputs.engine]}' instead.`,
    });
  }
  const engine = inputs.engine ?? from;
  if (engine === 'counts') {
    if (inputs.countsPath === undefined) throw new UserError("The engine counts needs the input 'counts-path'.");
    return { engine, path: inputs.countsPath };
  }
  const own = ownData(inputs, loaded);
  const server = serverOf(inputs, contract);
  const table = inputs.table ?? (inputs.data === undefined && inputs.server === undefined ? own.table : undefined);
  const data =
    inputs.data ??
    (inputs.server === undefined
      ? own.data?.map((item) => (isObjectUrl(item) ? item : loaded!.resolve(item)))
      : undefined);
  if (engine === 'bigquery' || (engine === undefined && table !== undefined && data === undefined)) {
    return bigQueryTask(inputs, loaded, table ?? tableOf(server, inputs, contract));
  }
  if (data !== undefined) return { engine: 'embedded', data };
  if (server?.type.toLowerCase() === 'bigquery' && engine === undefined) {
    return bigQueryTask(inputs, loaded, tableOf(server, inputs, contract));
  }
  const files = filesOf(server, inputs, contract);
  if (files !== undefined) return { engine: 'embedded', data: files };
  if (engine === 'embedded') throw new UserError("The engine embedded needs the input 'data'.");
  return undefined;
}

/** Section data of model.yaml; offline without what is elsewhere. Data of which a part is elsewhere are left out as a whole. */
function ownData(
  { offline }: Inputs,
  loaded: LoadedManifest | undefined,
): NonNullable<LoadedManifest['manifest']['data']> {
  const own = loaded?.manifest.data ?? {};
  if (offline !== true) return own;
  const { table, data, ...rest } = own;
  const isElsewhere = data?.some(isObjectUrl) === true;
  if (table !== undefined || isElsewhere) {
    log.info('The data of model.yaml are not checked out and are not looked at: the run is offline.');
  }
  return data === undefined || isElsewhere ? rest : { ...rest, data };
}

const isObjectUrl = (text: string): boolean => text.startsWith('gs://');

function bigQueryTask(inputs: Inputs, loaded: LoadedManifest | undefined, table: string | undefined): DataTask {
  if (table === undefined) {
    throw new UserError('It is not said which table is to be checked.', {
      fix: "Set the input 'table' to project.dataset.table, or data.table in model.yaml.",
    });
  }
  const { partitionColumn: column, partitionFrom: from, partitionTo: to } = inputs;
  if (column === undefined && (from !== undefined || to !== undefined)) {
    throw new UserError("A window needs the input 'partition-column'.");
  }
  if (column !== undefined && from === undefined && to === undefined) {
    throw new UserError("Input 'partition-column' needs 'partition-from' or 'partition-to'.");
  }
  return {
    engine: 'bigquery',
    table,
    jobProject: inputs.projectId ?? loaded?.manifest['project-id'],
    maximumBytesBilled:
      inputs.maximumBytesBilled ?? loaded?.manifest.data?.['maximum-bytes-billed'] ?? DEFAULT_MAXIMUM_BYTES,
    filter:
      column === undefined
        ? undefined
        : { column, ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
  };
}

/** The server that was named; else the only local one, since nothing but the checked out files can be read by it. */
function serverOf({ server: wanted }: Inputs, { servers }: Contract): Server | undefined {
  if (wanted === undefined) {
    const local = servers.filter(({ type }) => type.toLowerCase() === 'local');
    return local.length === 1 ? local[0] : undefined;
  }
  const found = servers.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const near = closest(
    wanted,
    servers.map(({ name }) => name),
  );
  throw new UserError(`The contract has no server '${wanted}'.`, {
    fix:
      near === undefined
        ? `It has ${servers.map(({ name }) => name).join(', ') || 'none'}.`
        : `Did you mean '${near}'?`,
  });
}

function tableOf(server: Server | undefined, inputs: Inputs, contract: Contract): string | undefined {
  if (server === undefined || server.type.toLowerCase() !== 'bigquery') return undefined;
  const { name, physicalName } = objectOf(contract, inputs.schemaObject, inputs.contract);
  return [server.project, server.dataset, physicalName ?? name].filter((part) => part !== undefined).join('.');
}

const FILE_SERVERS = ['local', 'gcs', 'custom'];

function filesOf(server: Server | undefined, inputs: Inputs, contract: Contract): string[] | undefined {
  if (server === undefined) return undefined;
  const { location } = server;
  if (location === undefined || !(FILE_SERVERS.includes(server.type.toLowerCase()) || isObjectUrl(location))) {
    throw new UserError(`The server '${server.name}' (${server.type}) is none that can be read from here.`, {
      fix: "Name the data by the input 'data' or 'table'; servers of the types local, gcs and bigquery can be read.",
    });
  }
  const object = contract.objects.length === 0 ? undefined : objectOf(contract, inputs.schemaObject, inputs.contract);
  const place = location.replaceAll(/\{(model|object|table)\}/g, () => object?.name ?? '');
  if (!isObjectUrl(place)) mustBeInside(place, server);
  return [place];
}

/** A contract comes with a pull request: its server must not reach for files of the runner. */
function mustBeInside(place: string, server: Server): void {
  const root = realpathSync(process.cwd());
  // What may follow the first sign of a pattern is not a name yet.
  const fixed = place.split(/[*?[{]/, 1)[0]!;
  const way = path.relative(root, followLinks(path.resolve(fixed)));
  if (way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way) || /(^|[\\/])\.\.([\\/]|$)/.test(place)) {
    throw new UserError(`The server '${server.name}' names '${place}', which is outside of the working directory.`, {
      fix: "Name the data by the input 'data'.",
    });
  }
}

function followLinks(target: string): string {
  try {
    return realpathSync(target);
  } catch {
    const parent = path.dirname(target);
    return parent === target ? target : path.join(followLinks(parent), path.basename(target));
  }
}
