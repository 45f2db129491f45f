import { md, mdCode, mdJoin, mdTable, type Markdown } from '@mlops-actions/action-kit';
import type { ModelVersion } from '@mlops-actions/vertex';
import type { Registration } from './registration.ts';

/** An alias that the version gets, and the version that had it. */
export interface AliasMove {
  alias: string;
  before: string | undefined;
}

/** Job summary of a registration. */
export function summarise({
  wanted,
  version,
  created,
  aliases,
  evaluationName,
}: {
  wanted: Registration;
  version: ModelVersion | undefined;
  created: boolean;
  aliases: readonly AliasMove[];
  evaluationName: string | undefined;
}): Markdown {
  const rows: [string, Markdown | string][] = [
    ['Model', mdCode(wanted.modelId)],
    ['Version', version === undefined ? 'would be new' : md`${version.versionId} (${created ? 'new' : 'was there'})`],
    ['Project, region', md`${wanted.place.project}, ${wanted.place.region}`],
    ['Image', mdCode(wanted.container.imageUri)],
    ['Model digest', wanted.modelDigest === undefined ? 'not given' : mdCode(wanted.modelDigest)],
    [
      'Routes',
      md`${mdCode(wanted.container.predictRoute)}, ${mdCode(wanted.container.healthRoute)}, port ${wanted.container.port}`,
    ],
  ];
  if (wanted.original !== undefined) rows.push(['Copy of', mdCode(wanted.original.name)]);
  if (wanted.artifactUri !== undefined) rows.push(['Artifact', mdCode(wanted.artifactUri)]);
  if (evaluationName !== undefined) rows.push(['Evaluation', mdCode(evaluationName)]);
  const moves = aliases.map(({ alias, before }) => [
    mdCode(alias),
    before === undefined ? 'nobody' : before === version?.versionId ? 'this version' : md`version ${before}`,
  ]);
  return mdJoin(
    mdTable(['', ''], rows),
    moves.length === 0 ? undefined : mdTable(['Alias', 'Had it before'], moves),
    md`The alias ${mdCode('default')} was not touched, and no traffic was moved.`,
  );
}
