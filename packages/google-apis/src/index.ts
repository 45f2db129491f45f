export { BIGQUERY, LOGGING, MONITORING, STORAGE, type GoogleApi } from './apis.ts';
export { countInBigQuery } from './bigquery/count.ts';
export { ON_DEMAND_PRICE, type BigQueryOptions, type Bill, type Estimate } from './bigquery/desk.ts';
export { dryRun, runQuery } from './bigquery/jobs.ts';
export type { BoundedQuery, DryRun, Query, QueryResult } from './bigquery/query.ts';
export { profileInBigQuery } from './bigquery/profile.ts';
export { readRowsInBigQuery, type RowsRequest } from './bigquery/rows.ts';
export { queryScalar, type ScalarQuery } from './bigquery/scalar.ts';
export { describeTable, type BigQueryTable } from './bigquery/table.ts';
export {
  createGoogleClient,
  urlPath,
  type GoogleClient,
  type GoogleClientOptions,
  type GoogleRequest,
} from './client.ts';
export { applicationDefaultCredentials, type Credentials } from './credentials.ts';
export { GoogleApiError, type Permission } from './errors.ts';
export { filterText, tailLog, type LogLine, type LogQuery } from './logging.ts';
export {
  listTimeSeries,
  type Distribution,
  type Point,
  type PointValue,
  type TimeSeries,
  type TimeSeriesQuery,
} from './monitoring.ts';
export { fetchPlaces } from './places.ts';
export { queryPrometheus, type InstantQuery, type Sample } from './promql.ts';
export {
  downloadObject,
  findObject,
  isObjectUrl,
  listObjects,
  objectUrl,
  parseObjectUrl,
  readText,
  WriteConflict,
  writeText,
  type ObjectLocation,
  type StorageObject,
  type StoredText,
} from './storage.ts';
