import { digestFile, UserError } from '@mlops-actions/action-kit';
import { parseContract, readContract, type Contract, type SchemaObject } from '@mlops-actions/contract';
import { isObjectUrl } from '@mlops-actions/google-apis';
import { manifestOf } from '@mlops-actions/manifest';
import { readBaseline, type Baseline } from './baseline.ts';
import { dataOf, type DataTask } from './data-task.ts';
import type { FailOn, Inputs } from './inputs.ts';
import { objectOf } from './schema-object.ts';

/** What is to be done: the inputs, checked, with model.yaml and the contract's server under them. */
export interface Task {
  contract: Contract;
  /** The contract's file and its digest; undefined where there is no contract. */
  contractFile: { path: string; digest: string } | undefined;
  /** The contract before; undefined where it is not asked for, or there was none. */
  baseline: Baseline | undefined;
  /** Whether it was looked at if the change breaks a contract. */
  compares: boolean;
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
      inputs.baselineContract === undefined ? undefined : await readBaseline(inputs.baselineContract, inputs, file),
    compares: inputs.baselineContract !== undefined,
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
  if (
    data === undefined &&
    !(task.offline && task.contractFile !== undefined) &&
    !task.compares &&
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
