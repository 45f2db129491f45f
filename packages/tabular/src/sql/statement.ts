/** A statement and the values of its parameters. What comes from outside is only ever in a parameter or in a quoted identifier. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** A parameter, by name in BigQuery (`@p0`) and DuckDB (`$p0`), by place in PostgreSQL (`$1`). */
export type Parameter = { readonly name: string } & (
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'numbers'; readonly value: readonly number[] }
  | { readonly type: 'texts'; readonly value: readonly string[] }
);
