import { readCommonInputs, UserError, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import { parseInstant } from '@mlops-actions/contract';

export type Engine = 'embedded' | 'bigquery' | 'counts';
export type FailOn = 'error' | 'warning' | 'never';

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  contract?: string | undefined;
  schemaObject?: string | undefined;
  data?: readonly string[] | undefined;
  offline?: boolean | undefined;
  server?: string | undefined;
  engine?: Engine | undefined;
  table?: string | undefined;
  countsPath?: string | undefined;
  definitionPath?: string | undefined;
  partitionColumn?: string | undefined;
  partitionFrom?: string | undefined;
  partitionTo?: string | undefined;
  maximumBytesBilled?: number | undefined;
  projectId?: string | undefined;
  allowSql?: boolean | undefined;
  profile?: string | undefined;
  profileOutput?: string | undefined;
  baselineContract?: string | undefined;
  results?: readonly string[] | undefined;
  failOn?: FailOn | undefined;
  /** Milliseconds since the epoch. */
  asOf?: number | undefined;
  evidenceRows?: number | undefined;
  keyColumns?: readonly string[] | undefined;
  quarantinePath?: string | undefined;
  comment?: boolean | undefined;
  githubToken?: string | undefined;
}

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    contract: reader.text('contract'),
    schemaObject: reader.text('schema-object'),
    data: reader.list('data'),
    offline: reader.flag('offline'),
    server: reader.text('server'),
    engine: reader.choice('engine', ['embedded', 'bigquery', 'counts']),
    table: reader.text('table'),
    countsPath: reader.text('counts-path'),
    definitionPath: reader.text('definition-path'),
    partitionColumn: reader.text('partition-column'),
    partitionFrom: reader.text('partition-from'),
    partitionTo: reader.text('partition-to'),
    maximumBytesBilled: reader.integer('maximum-bytes-billed', { min: 1 }),
    projectId: reader.text('project-id'),
    allowSql: reader.flag('allow-sql'),
    profile: reader.text('profile'),
    profileOutput: reader.text('profile-output'),
    baselineContract: reader.text('baseline-contract'),
    results: reader.list('results'),
    failOn: reader.choice('fail-on', ['error', 'warning', 'never']),
    asOf: instant(reader.text('as-of')),
    evidenceRows: reader.integer('evidence-rows', { min: 0, max: 1000 }),
    keyColumns: reader.list('key-columns'),
    quarantinePath: reader.text('quarantine-path'),
    comment: reader.flag('comment'),
    githubToken: reader.text('github-token'),
  };
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const moment = parseInstant(text);
  if (moment !== undefined) return moment;
  throw new UserError(`Input 'as-of' must be a date or timestamp (ISO 8601), not '${text}'.`);
}
