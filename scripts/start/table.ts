import type { World } from './world.ts';

export interface Table {
  header: string[];
  rows: string[][];
}

/** A table for a terminal: columns as wide as their widest cell. */
export function renderTable({ header, rows }: Table): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (cells: string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd();
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `version 2: 100 %`. */
export function shareText(traffic: Record<string, number>): string {
  const shares = Object.entries(traffic).filter(([, percent]) => percent > 0);
  return shares.length === 0
    ? 'none'
    : shares.map(([version, percent]) => `version ${version}: ${percent} %`).join(', ');
}

/** The versions of the model, what they are, and how each stands on the endpoint. */
export function versionTable(world: World): Table {
  return {
    header: ['version', 'model digest', 'image digest', 'aliases', 'deployed as', 'traffic', 'verdict in the ledger'],
    rows: world.versions.map((version) => [
      version.id,
      short(version.modelDigest),
      short(version.imageDigest),
      version.aliases.join(', ') || '-',
      version.deployed.join(', ') || '-',
      `${world.traffic[version.id] ?? 0} %`,
      version.verdict ?? 'never served',
    ]),
  };
}

/** The incidents that the monitor opened. */
export function incidentTable({ incidents }: World): Table {
  return {
    header: ['issue', 'title', 'state', 'comments'],
    rows: incidents.map(({ number, title, state, comments }) => [`#${number}`, title, state, String(comments)]),
  };
}

/** The first digits of a digest. */
function short(digest: string): string {
  return digest.replace(/^sha256[:-]/, '').slice(0, 12) || '-';
}
