const SCHEME = /^(bigquery|bq):\/\//;

/** Whether a place is a table in BigQuery, `bq://project.dataset.table`. */
export const isTableUrl = (place: string): boolean => SCHEME.test(place);

/** The address of a table that is named with or without its scheme. */
export const tableUrl = (table: string): string => `bq://${tableOf(table)}`;

/** `project.dataset.table` of an address. */
export const tableOf = (url: string): string => url.replace(SCHEME, '');
