import path from 'node:path';
import { fetchPlaces } from '@mlops-actions/google-apis';
import type { MonitorWindow } from '@mlops-actions/monitoring';
import {
  describe,
  readLabelTable,
  readRequestLog,
  readScoredTable,
  type ReadableTable,
  type UnfoldedLog,
} from './tables.ts';
import { isTableUrl } from './table-url.ts';
import type { Task } from './task.ts';

/** What a task names, brought to this machine, each place once: files stay where they are, objects and rows of tables are fetched. */
export interface Places {
  /** Paths of files and objects. */
  files(places: readonly string[]): Promise<string[]>;
  /** Paths of tables with key and score, and of files and objects. */
  scored(places: readonly string[]): Promise<string[]>;
  /** Paths of tables with key and outcome, and of files and objects. */
  labels(places: readonly string[]): Promise<string[]>;
  /** The rows of a log of requests. */
  log(table: ReadableTable): Promise<UnfoldedLog>;
  /** Whether rows were read that the judged deployed model alone answered. */
  readonly areOfOneModel: boolean;
}

/** What rows of tables are read. */
export interface Wanted {
  /** The time that they are of, if their time is known. */
  range: MonitorWindow;
  /** Of a log of requests: the features, and the deployed model that answered. */
  features: readonly string[];
  deployedModelId: string | undefined;
  /** Rows that are scored, or requests of a log; of more, a sample is read. */
  mostRows: number;
}

/** @param folder for what is fetched */
export function openPlaces(task: Task, wanted: Wanted, folder: string): Places {
  const fetched = new Map<string, Promise<unknown>>();
  /** @param kind what is fetched of the place; files of a kind are in a folder of their own */
  const once = <T>(kind: string, place: string, fetch: (target: string) => Promise<T>): Promise<T> => {
    const key = `${kind} ${place}`;
    const found = fetched.get(key) ?? fetch(path.join(folder, 'fetched', String(fetched.size)));
    fetched.set(key, found);
    return found as Promise<T>;
  };
  const file = async (place: string): Promise<string> =>
    (await once('file', place, (target) => fetchPlaces([place], target)))[0]!;
  const all = async (places: readonly string[], one: (place: string) => Promise<string>): Promise<string[]> => {
    const paths: string[] = [];
    for (const place of places) paths.push(await one(place));
    return paths;
  };
  const rows = (target: string): string => path.join(target, 'rows.csv');
  let areOfOneModel = false;
  const openLog = (table: ReadableTable): Promise<UnfoldedLog> => {
    if (wanted.deployedModelId !== undefined) areOfOneModel = true;
    return once('log', table.name, (target) => readRequestLog(table, task, wanted, rows(target)));
  };
  const scoredTable = async (place: string): Promise<string> => {
    const table = await describe(place, task);
    if (table.isLog) return (await openLog(table)).file;
    return once('scored', table.name, async (target) => {
      await readScoredTable(table, task, wanted, rows(target));
      return rows(target);
    });
  };
  const labelTable = async (place: string): Promise<string> => {
    const table = await describe(place, task);
    return once('labels', table.name, async (target) => {
      await readLabelTable(table, task, rows(target));
      return rows(target);
    });
  };
  return {
    files: (places) => all(places, file),
    scored: (places) => all(places, (place) => (isTableUrl(place) ? scoredTable(place) : file(place))),
    labels: (places) => all(places, (place) => (isTableUrl(place) ? labelTable(place) : file(place))),
    log: openLog,
    get areOfOneModel() {
      return areOfOneModel;
    },
  };
}
