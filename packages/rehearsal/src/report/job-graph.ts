import { escapeHtml, formatDuration } from '@mlops-actions/action-kit';
import type { JobResult } from '../result.ts';
import { cut, plainText } from './plain-text.ts';
import { stateOf, WORDS } from './words.ts';

const NODE = { width: 168, height: 52 };
const GAP = { x: 32, y: 16 };
const MARGIN = 10;

/** How far a wide graph shrinks to fit before it has to be scrolled. */
const SMALLEST = 0.7;

interface Node {
  job: JobResult;
  column: number;
  row: number;
  before: Node[];
}

/** The jobs of a run and what each waited for, as SVG. Every box links to `#${anchor(job)}`. */
export function drawJobGraph(jobs: readonly JobResult[], anchor: (job: JobResult) => string, label: string): string {
  const nodes = layOut(jobs);
  const columns = Math.max(1, ...nodes.map((node) => node.column + 1));
  const rows = Math.max(1, ...nodes.map((node) => node.row + 1));
  const width = MARGIN * 2 + columns * NODE.width + (columns - 1) * GAP.x;
  const height = MARGIN * 2 + rows * NODE.height + (rows - 1) * GAP.y;
  const free = (column: number, row: number): boolean =>
    !nodes.some((node) => node.column === column && node.row === row);
  const edges = nodes.flatMap((node) => node.before.map((from) => edge(from, node, rows, free)));
  return [
    `<svg class="graph" viewBox="0 0 ${width} ${height}" width="${width}" style="min-width:${Math.round(width * SMALLEST)}px" role="group" aria-label="${escapeHtml(label)}">`,
    ...edges,
    ...nodes.map((node) => box(node, anchor(node.job))),
    '</svg>',
  ].join('');
}

/** Places each job right of all that it waited for, and close to the first of them. */
function layOut(jobs: readonly JobResult[]): Node[] {
  const shown = jobs.filter((job) => job.kind === 'steps' || !jobs.some((other) => other.parent === job.id));
  const nodes = new Map<JobResult, Node>();
  const nodeOf = (job: JobResult): Node => {
    let node = nodes.get(job);
    if (node === undefined) {
      const before = predecessors(job, jobs).map(nodeOf);
      node = { job, before, column: Math.max(0, ...before.map((each) => each.column + 1)), row: 0 };
      nodes.set(job, node);
    }
    return node;
  };
  const placed = shown.map(nodeOf).sort((a, b) => a.column - b.column);
  const taken = new Map<number, Set<number>>();
  for (const node of placed) {
    const rows = taken.get(node.column) ?? new Set<number>();
    taken.set(node.column, rows);
    let row = node.before[0]?.row ?? 0;
    while (rows.has(row)) row++;
    rows.add(row);
    node.row = row;
  }
  return placed;
}

/** The jobs that ran steps last before a job could start; a call stands for the jobs at its end. */
function predecessors(job: JobResult, jobs: readonly JobResult[]): JobResult[] {
  const found = job.needs.flatMap((group) =>
    jobs.filter((other) => other.group === group).flatMap((other) => ends(other, jobs)),
  );
  if (job.needs.length > 0) return [...new Set(found)];
  const parent = jobs.find((other) => other.id === job.parent);
  return parent === undefined ? [] : predecessors(parent, jobs);
}

function ends(job: JobResult, jobs: readonly JobResult[]): JobResult[] {
  const children = jobs.filter((other) => other.parent === job.id);
  if (children.length === 0) return [job];
  return children
    .filter((child) => !children.some((other) => other.needs.includes(child.group)))
    .flatMap((child) => ends(child, jobs));
}

function leftOf(column: number): number {
  return MARGIN + column * (NODE.width + GAP.x);
}

function topOf(row: number): number {
  return MARGIN + row * (NODE.height + GAP.y);
}

/** A line between two boxes; past other columns it keeps to a row that is free there, so that it runs under no box. */
function edge(from: Node, to: Node, rows: number, free: (column: number, row: number) => boolean): string {
  const middleOf = (row: number): number => topOf(row) + NODE.height / 2;
  const between = Array.from({ length: to.column - from.column - 1 }, (_, index) => from.column + 1 + index);
  const lane =
    [from.row, to.row, ...Array(rows).keys()].find((row) => between.every((column) => free(column, row))) ?? from.row;
  const bend = GAP.x / 2;
  const curve = (x1: number, y1: number, x2: number, y2: number): string =>
    `C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const [start, end] = [leftOf(from.column) + NODE.width, leftOf(to.column)];
  const [y1, y2, laneY] = [middleOf(from.row), middleOf(to.row), middleOf(lane)];
  const first = leftOf(from.column + 1);
  const last = leftOf(to.column - 1) + NODE.width;
  const route =
    between.length === 0
      ? curve(start, y1, end, y2)
      : `${curve(start, y1, first, laneY)}H${last}${curve(last, laneY, end, y2)}`;
  return `<path class="edge" d="M${start} ${y1}${route}"/>`;
}

function box(node: Node, anchor: string): string {
  const { job } = node;
  const [x, y] = [leftOf(node.column), topOf(node.row)];
  const names = plainText(job.name).split(' / ');
  const own = names.at(-1)!;
  const above = names.slice(0, -1).join(' / ');
  const state = stateOf(job);
  const facts = [
    WORDS[state],
    ...(job.conclusion === 'skipped' ? [] : [formatDuration(job.durationMs)]),
    ...(job.environment === undefined ? [] : [`→ ${plainText(job.environment.name)}`]),
  ];
  const text = (line: string, dy: number, style: string): string =>
    `<text class="${style}" x="${x + 16}" y="${y + dy}">${escapeHtml(cut(line, style === 'own' ? 20 : 25))}</text>`;
  return [
    `<a href="#${escapeHtml(anchor)}" class="node ${state}">`,
    `<rect x="${x}" y="${y}" width="${NODE.width}" height="${NODE.height}" rx="8"/>`,
    `<rect class="bar" x="${x}" y="${y + 8}" width="4" height="${NODE.height - 16}" rx="2"/>`,
    above === '' ? '' : text(above, 14, 'above'),
    text(own, above === '' ? 22 : 29, 'own'),
    text(facts.join('  '), above === '' ? 40 : 44, 'facts'),
    '</a>',
    // Blanks, which are not drawn, part the words of the link for those who hear it.
  ].join(' ');
}
