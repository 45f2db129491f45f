import type { DriftMetric } from '@mlops-actions/drift';

/** A data contract after the Open Data Contract Standard, as far as it says something about the data that can be checked or broken. */
export interface Contract {
  /** The standard's version that it is written in, such as `v3.1.0`. */
  apiVersion: string;
  /** Version of the contract itself. */
  version: string;
  id: string;
  name: string | undefined;
  status: string;
  servers: readonly Server[];
  objects: readonly SchemaObject[];
  serviceLevels: readonly ServiceLevel[];
  /** What was read past because nothing here checks it, for people. */
  remarks: readonly string[];
}

/** Where the data lie. Only servers that can be read from are told apart. */
export interface Server {
  name: string;
  type: string;
  environment: string | undefined;
  /** Path in the contract document, as in every part below: `servers[0]`. */
  place: string;
  /** Files: `path` of a local server, `location` of an object store. */
  location: string | undefined;
  /** Of a BigQuery server. */
  project: string | undefined;
  dataset: string | undefined;
}

/** A table, a topic, a file. */
export interface SchemaObject {
  name: string;
  physicalName: string | undefined;
  place: string;
  properties: readonly Property[];
  quality: readonly QualityRule[];
}

export const LOGICAL_TYPES = [
  'string',
  'date',
  'timestamp',
  'time',
  'number',
  'integer',
  'object',
  'array',
  'boolean',
] as const;
export type ContractType = (typeof LOGICAL_TYPES)[number];

/** A column. */
export interface Property {
  name: string;
  /** Name of the column in the data. */
  column: string;
  place: string;
  logicalType: ContractType | undefined;
  physicalType: string | undefined;
  options: TypeOptions;
  required: boolean;
  unique: boolean;
  /** Position in the primary key, from 1; undefined if it is no part of it. */
  primaryKey: number | undefined;
  quality: readonly QualityRule[];
}

/** A bound as the contract gives it: a number, or a date, timestamp or time as text. */
export type Bound = number | string;

/** What `logicalTypeOptions` say. */
export interface TypeOptions {
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: Bound;
  maximum?: Bound;
  exclusiveMinimum?: Bound;
  exclusiveMaximum?: Bound;
  multipleOf?: number;
  /** Not in the standard, but in use. */
  enum?: readonly string[];
}

export type QualityRule = {
  id: string | undefined;
  place: string;
  description: string | undefined;
  /** Whether breaking the rule is an error; `warning`, `info` and the like are none. */
  severity: Severity;
  dimension: string | undefined;
} & QualityDemand;

export type Severity = 'error' | 'warning';

export const METRICS = ['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'] as const;
export type Metric = (typeof METRICS)[number];

export type QualityDemand =
  | { type: 'text' }
  | { type: 'library'; metric: 'nullValues'; threshold: Threshold; unit: Unit }
  | { type: 'library'; metric: 'missingValues'; missing: readonly string[]; threshold: Threshold; unit: Unit }
  | { type: 'library'; metric: 'invalidValues'; valid: Validity; threshold: Threshold; unit: Unit }
  /** `properties` only where it stands at an object. */
  | {
      type: 'library';
      metric: 'duplicateValues';
      properties: readonly string[] | undefined;
      threshold: Threshold;
      unit: Unit;
    }
  | { type: 'library'; metric: 'rowCount'; threshold: Threshold }
  | { type: 'sql'; query: string; threshold: Threshold }
  /** A rule of our own engine. */
  | { type: 'drift'; metric: DriftMetric; threshold: number | undefined; minimumRows: number | undefined }
  | { type: 'drift-defaults'; minimumRows: number | undefined }
  /** Rows as a share of the reference's. */
  | { type: 'volume'; minimumRatio: number | undefined; maximumRatio: number | undefined }
  /** A rule of another engine. */
  | { type: 'foreign'; engine: string };

export interface Validity {
  values?: readonly string[];
  pattern?: string;
}

/** Whether a threshold of a quality rule speaks of rows, or of their share in percent. */
export type Unit = 'rows' | 'percent';

export const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Threshold =
  | { operator: Exclude<Operator, 'mustBeBetween' | 'mustNotBeBetween'>; value: number }
  /** Both ends belong to the range. */
  | { operator: 'mustBeBetween' | 'mustNotBeBetween'; low: number; high: number };

/** One of `slaProperties`. */
export interface ServiceLevel {
  property: string;
  place: string;
  /** As written: a number, a text such as an ISO 8601 duration or a date, true or false. */
  value: number | string | boolean | undefined;
  unit: string | undefined;
  /** `object.property` each; where the contract has one object, its name may be missing. */
  elements: readonly string[];
}
