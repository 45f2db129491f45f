import { UserError } from '@mlops-actions/action-kit';
import { readTable, type Cell } from '@mlops-actions/tabular';
import type { Predictions } from './predictions.ts';

/** Columns of what else is known of the rows, by name; the cells in the order of the predictions. */
export type Attributes = ReadonlyMap<string, Cell[]>;

/**
 * Reads attributes of the rows of a prediction file. The table may hold other rows as well.
 *
 * @throws UserError if a row is missing or there twice
 */
export async function readAttributes(
  file: string,
  { id, columns }: { id: string; columns: readonly string[] },
  predictions: Predictions,
): Promise<Attributes> {
  const { ids } = predictions;
  const rowOf = new Map([...ids].map((id, row) => [id, row]));
  const attributes = new Map(columns.map((name) => [name, new Array<Cell>(ids.length).fill(null)]));
  const seen = new Uint8Array(ids.length);
  const wanted = columns.filter((name) => name !== id);
  for await (const batch of readTable(file, { columns: [id, ...wanted] })) {
    const [idCells, ...cells] = batch.columns as [Cell[], ...Cell[][]];
    for (let index = 0; index < batch.length; index++) {
      const cell = idCells[index]!;
      const row = rowOf.get(cell === null ? '' : String(cell).trim());
      if (row === undefined) continue;
      if (seen[row] === 1) {
        throw new UserError(`'${file}' has the ${id} '${ids.at(row).slice(0, 40)}' twice (${batch.placeOf(index)}).`);
      }
      seen[row] = 1;
      attributes.get(id)?.splice(row, 1, cell);
      wanted.forEach((name, column) => (attributes.get(name)![row] = cells[column]![index]!));
    }
  }
  const missing = seen.findIndex((mark) => mark === 0);
  if (missing >= 0) {
    const lacking = seen.reduce((sum, mark) => sum + (1 - mark), 0);
    throw new UserError(
      `'${file}' lacks ${lacking} of the ${ids.length} rows of '${predictions.file}' (the first is '${ids.at(missing).slice(0, 40)}').`,
      { fix: 'A slice without some of its rows would be judged wrongly: give a table of all rows.' },
    );
  }
  return attributes;
}
