import { defaultRules, driftChecks, rangeCheckId, type DriftRule } from '@mlops-actions/drift';
import type { Check, ColumnDefinition, Definition, Profile } from '@mlops-actions/tabular';
import type { Property, SchemaObject } from './model.ts';
import type { Measure, Plan, Rule, RuleKind } from './plan.ts';
import { NONE } from './thresholds.ts';

/** What is known of the data before it is counted. */
export interface DataFacts {
  /** Its columns, with their own types where it has some; undefined if it cannot be asked (counts of another engine). */
  columns?: readonly DataColumn[] | undefined;
  /** The reference to compare with, and what is to be counted for that. */
  reference?: { profile: Profile; definition: Definition } | undefined;
  /** Why `sql` rules are not run; undefined where they are. */
  noSql?: string | undefined;
}

export interface DataColumn {
  name: string;
  /** Physical type; undefined where every value is a text. */
  type?: string | undefined;
  /** False for lists, records and the like, whose values are not looked into. */
  countable?: boolean;
}

const absent = (column: string): Measure => inconclusive(`the data has no column '${column}'`);

export const inconclusive = (reason: string): Measure => ({ by: 'nothing', outcome: 'inconclusive', reason });

export const skipped = (reason: string): Measure => ({ by: 'nothing', outcome: 'skipped', reason });

type Drafted = Pick<Rule, 'kind' | 'place' | 'demand' | 'measure'> & Partial<Rule>;

/** A check without the parts that every check has. */
type CheckBody = Check extends infer C ? (C extends { columns: unknown } ? never : Omit<C, 'id' | 'column'>) : never;

/** A plan in the making. */
export class Draft {
  readonly object: SchemaObject;
  readonly facts: DataFacts;
  comparesWithReference = false;
  private readonly rules: Rule[] = [];
  private readonly checks: Check[] = [];
  private readonly columns = new Map<string, ColumnDefinition>();
  /** Ids that are taken, with the number that was last put behind them. */
  private readonly ids = new Map<string, number>();

  constructor(object: SchemaObject, facts: DataFacts) {
    this.object = object;
    this.facts = facts;
  }

  /** `wanted`, with a number behind it if it is taken. Never one that drift gives its own checks. */
  freshId(wanted: string): string {
    if (wanted.startsWith(rangeCheckId(''))) return this.freshId(`rule ${wanted}`);
    let number = this.ids.get(wanted) ?? 0;
    let id = wanted;
    while (number > 0 && this.ids.has(id)) id = `${wanted}-${++number}`;
    this.ids.set(wanted, Math.max(number, 1));
    this.ids.set(id, Math.max(this.ids.get(id) ?? 0, 1));
    return id;
  }

  add(rule: Drafted): void {
    this.rules.push({
      id:
        rule.id ??
        this.freshId([this.object.name, rule.property, rule.kind].filter((part) => part !== undefined).join('.')),
      property: undefined,
      description: undefined,
      severity: 'error',
      dimension: undefined,
      ...rule,
    });
  }

  /** Adds a check to the definition, of which no row may fail unless said otherwise. */
  check(check: Check, threshold = NONE, unit: 'rows' | 'percent' = 'rows'): Measure {
    this.checks.push(check);
    return { by: 'check', check: check.id, threshold, unit };
  }

  /** Adds a rule that no row may break, where the data has the column. */
  count(property: Property, kind: RuleKind, key: string, demand: string, body: CheckBody, dimension?: string): void {
    const id = this.freshId(`${this.object.name}.${property.name}.${kind}`);
    this.add({
      id,
      kind,
      place: `${property.place}.${key}`,
      property: property.name,
      demand,
      dimension: dimension ?? 'conformity',
      measure: this.measured(property, (column) => this.check({ id, column, ...body })),
    });
  }

  /** What is counted in a property's column, where the data has it and it holds single values. */
  measured(property: { column: string }, measure: (column: string) => Measure): Measure {
    return this.measuredTogether([property], ([column]) => measure(column!));
  }

  /** The same of several columns. */
  measuredTogether(
    properties: readonly { column: string }[],
    measure: (columns: readonly string[]) => Measure,
  ): Measure {
    const columns: string[] = [];
    for (const property of properties) {
      const column = this.dataColumn(property);
      if (column === undefined) return absent(property.column);
      if (column.countable === false) return skipped('nested values are not looked into');
      columns.push(column.name);
    }
    return measure(columns);
  }

  /** The name that the data gives a property's column: as written, or in other case. Undefined if it has none. */
  columnOf(property: { column: string }): string | undefined {
    return this.dataColumn(property)?.name;
  }

  dataColumn({ column }: { column: string }): DataColumn | undefined {
    const { columns } = this.facts;
    if (columns === undefined) return { name: column };
    const exact = columns.find(({ name }) => name === column);
    if (exact !== undefined) return exact;
    const alike = columns.filter(({ name }) => name.toLowerCase() === column.toLowerCase());
    return alike.length === 1 ? alike[0] : undefined;
  }

  /** Has a column's newest and oldest point in time found; false if the reference wants the same column counted as something else. */
  observeTime(column: string): boolean {
    const given =
      this.columns.get(column) ?? this.facts.reference?.definition.columns.find(({ name }) => name === column);
    if (given !== undefined && given.kind !== 'timestamp') return false;
    this.columns.set(column, given ?? { name: column, kind: 'timestamp', edges: [] });
    return true;
  }

  /** Measures drift by these rules, or by the usual ones for every column that the reference knows. */
  driftOf(wanted?: readonly DriftRule[], minimumRows?: number): Measure {
    const { reference, columns } = this.facts;
    this.comparesWithReference = true;
    if (reference === undefined) return inconclusive('there is no reference profile to compare with');
    const rules =
      wanted ??
      defaultRules(reference.profile).map((rule) => ({ ...rule, ...(minimumRows !== undefined && { minimumRows }) }));
    for (const name of new Set(rules.map(({ column }) => column))) {
      const definition = reference.definition.columns.find((column) => column.name === name);
      if (definition === undefined) return inconclusive(`the reference profile has no column '${name}'`);
      // That a column is gone is a finding of drift itself.
      if (columns !== undefined && !columns.some((column) => column.name === name)) continue;
      const counted = this.columns.get(name);
      if (counted !== undefined && counted.kind !== definition.kind) {
        return inconclusive(
          `the reference profile has '${name}' as ${definition.kind}, the contract as ${counted.kind}`,
        );
      }
      this.columns.set(name, definition);
    }
    for (const check of driftChecks(reference.profile, rules)) {
      // Two rules may need the same one.
      const isCounted = 'column' in check && this.columns.has(check.column);
      if (isCounted && !this.checks.some(({ id }) => id === check.id)) this.checks.push(check);
    }
    return { by: 'drift', rules };
  }

  plan(): Plan {
    return {
      object: this.object.name,
      definition: { columns: [...this.columns.values()], checks: this.checks },
      reference: this.facts.reference?.profile,
      rules: this.rules,
    };
  }
}
