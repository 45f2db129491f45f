import { realpathSync } from 'node:fs';
import path from 'node:path';
import { closest, log, UserError } from '@mlops-actions/action-kit';
import type { Contract, Server } from '@mlops-actions/contract';
import { isObjectUrl } from '@mlops-actions/google-apis';
import type { LoadedManifest } from '@mlops-actions/manifest';
import type { RowFilter } from '@mlops-actions/tabular/sql';
import type { Inputs } from './inputs.ts';
import { objectOf } from './schema-object.ts';

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

/**
 * Where the rows are: as the inputs say, else model.yaml, else the contract's server.
 *
 * @throws UserError if that is not one place, or none that can be read from here
 */
export function dataOf(inputs: Inputs, loaded: LoadedManifest | undefined, contract: Contract): DataTask | undefined {
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
