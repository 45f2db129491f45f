import type { DriftRule } from '@mlops-actions/drift';
import type { Definition, Profile } from '@mlops-actions/tabular';
import type { Severity, Threshold, Unit } from './model.ts';

/** How one object of a contract is checked: what is to be counted, and what each rule makes of the counts. */
export interface Plan {
  /** Name of the object. */
  object: string;
  definition: Definition;
  /** What drift is measured against; undefined if nothing is. */
  reference: Profile | undefined;
  /** In the order of the contract. */
  rules: readonly Rule[];
}

export type RuleKind =
  | 'column'
  | 'type'
  | 'required'
  | 'unique'
  | 'primary-key'
  | 'range'
  | 'multiple-of'
  | 'length'
  | 'pattern'
  | 'format'
  | 'enum'
  | 'nullValues'
  | 'missingValues'
  | 'invalidValues'
  | 'duplicateValues'
  | 'rowCount'
  | 'freshness'
  | 'retention'
  | 'service-level'
  | 'drift'
  | 'volume'
  | 'sql'
  | 'text'
  | 'custom';

/** One promise of the contract. */
export interface Rule {
  /** Unique in the plan, and the same from run to run: the rule's own id, or object, property and kind. */
  id: string;
  kind: RuleKind;
  /** Where it stands in the contract: `schema[0].properties[3].required`. */
  place: string;
  /** The property that it speaks of; undefined for the whole object. */
  property: string | undefined;
  /** What is demanded, in words: `no value outside of 18 to 110`. */
  demand: string;
  /** The author's own words. */
  description: string | undefined;
  severity: Severity;
  dimension: string | undefined;
  measure: Measure;
}

/** What is measured, and what it must be. */
export type Measure =
  /** Rows that fail a check of the definition; `check` is its id. */
  | { by: 'check'; check: string; threshold: Threshold; unit: Unit }
  | { by: 'rows'; threshold: Threshold }
  /** Age of the newest or oldest value of a timestamp column: less than `limit` milliseconds. */
  | { by: 'age'; column: string; of: 'newest' | 'oldest'; limit: number }
  | { by: 'drift'; rules: readonly DriftRule[] }
  /** Rows, as a share of the reference's. */
  | { by: 'volume'; reference: number; minimumRatio: number | undefined; maximumRatio: number | undefined }
  /** The one value of a query, which the caller runs. */
  | { by: 'query'; sql: string; column: string | undefined; threshold: Threshold }
  /** Known without counting. */
  | { by: 'nothing'; outcome: 'pass' | 'fail' | 'inconclusive' | 'skipped'; reason: string };
