import {
  count,
  log,
  statement,
  subjectOf,
  UserError,
  writeJson,
  type ActionResult,
  type RunContext,
  type Subject,
} from '@mlops-actions/action-kit';
import { signStatement } from '@mlops-actions/sigstore';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collectEvidence } from './collect.ts';
import { resolveInputs, type Inputs } from './inputs.ts';
import { recordOf, type ReleaseRecord } from './record.ts';
import { summarise } from './report.ts';

/** Puts the evidence of a release together and signs it as one record. */
export async function run(inputs: Inputs, context: RunContext): Promise<ActionResult> {
  const task = await resolveInputs(inputs);
  const recordPath = path.join(inputs.evidenceDir, 'release.intoto.json');
  const bundlePath = path.join(inputs.evidenceDir, 'release.sigstore.json');
  // What an earlier attempt left is no evidence, and must not pass for what this one makes.
  await Promise.all([recordPath, bundlePath].map((file) => rm(file, { force: true })));
  const files = await collectEvidence(task.evidence);
  const recorded = recordOf(files, task, context.runId === '' ? '' : `${context.repository} ${context.runId}`);
  if ('contradictions' in recorded) {
    for (const sentence of recorded.contradictions) log.error(sentence);
    return {
      verdict: 'fail',
      headline: `The evidence is not that of one release, and nothing was signed: ${recorded.contradictions[0]!}`,
      outputs: { 'bundle-path': '', 'record-path': '', 'release-verdict': '' },
      report: { contradictions: recorded.contradictions },
      summary: summarise(recorded, undefined),
      subjects: [],
    };
  }
  const { record } = recorded;
  const release = statement('release', subjectsOf(record), { ...record, run: context });
  await writeJson(recordPath, release);
  if (!inputs.dryRun) await writeFile(bundlePath, `${await signStatement(release, task.signer)}\n`);
  return {
    verdict: 'pass',
    headline: `${inputs.dryRun ? 'A dry run: there would be signed' : 'Signed'} the record of a release ${endOf(record)}, with ${count(record.evidence.length, 'file')} of evidence.`,
    outputs: {
      'bundle-path': inputs.dryRun ? '' : bundlePath,
      'record-path': recordPath,
      'release-verdict': record.verdict,
    },
    report: { release: record, signedBy: inputs.dryRun ? undefined : task.signer.method },
    summary: summarise(
      recorded,
      inputs.dryRun ? undefined : { bundlePath, predicateType: release.predicateType, method: task.signer.method },
    ),
    subjects: release.subject,
  };
}

function endOf({ verdict, reason }: ReleaseRecord): string {
  return verdict === 'pass' ? 'that passed' : `that did not pass (${reason})`;
}

/** What the record is about: the image, by which clusters and registries look for it, and the model. */
function subjectsOf({ image, model }: ReleaseRecord): Subject[] {
  const subjects = [
    ...(image.digest === undefined ? [] : [subjectOf(image.name ?? 'image', image.digest)]),
    ...(model.digest === undefined ? [] : [subjectOf('model', model.digest)]),
  ];
  if (subjects.length > 0) return subjects;
  throw new UserError('The evidence names neither a model nor an image, so a record would be about nothing.', {
    fix: 'Give the evidence of validate-model or a later step, or model-digest.',
  });
}
