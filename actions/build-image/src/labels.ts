import { UserError, type RunContext } from '@mlops-actions/action-kit';
import type { Plan } from './inputs.ts';

/** The label that ties an image to the model in it. */
export const MODEL_DIGEST_LABEL = 'dev.mlops-actions.model-digest';

/**
 * Labels of the image: what is known of its origin under the OCI's own names (image-spec, annotations.md), then the user's, then the
 * model's digest, which is nobody's to choose.
 */
export function imageLabels(plan: Plan, modelDigest: string, context: RunContext): Record<string, string> {
  if (MODEL_DIGEST_LABEL in plan.labels) {
    throw new UserError(`The label '${MODEL_DIGEST_LABEL}' is written by build-image itself.`, {
      fix: "Remove it from 'labels'.",
    });
  }
  const { identity } = plan.model;
  const epoch = sourceDateEpoch();
  const server = process.env['GITHUB_SERVER_URL'] || 'https://github.com';
  const known: Record<string, string | undefined> = {
    'org.opencontainers.image.title': identity?.name,
    'org.opencontainers.image.description': identity?.description,
    'org.opencontainers.image.vendor': identity?.owner,
    'org.opencontainers.image.licenses': identity?.license,
    'org.opencontainers.image.version': plan.tags[0]?.tag,
    'org.opencontainers.image.revision': context.commit,
    'org.opencontainers.image.source': context.repository === '' ? undefined : `${server}/${context.repository}`,
    'org.opencontainers.image.created': epoch === undefined ? undefined : new Date(epoch * 1000).toISOString(),
  };
  const labels = Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => !!entry[1]));
  return { ...labels, ...plan.labels, [MODEL_DIGEST_LABEL]: modelDigest };
}

/** SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) in seconds, if it is set. */
export function sourceDateEpoch(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const text = env['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,11}$/.test(text))
    throw new UserError(`SOURCE_DATE_EPOCH is '${text}', which is not a number of seconds since 1970.`);
  return Number(text);
}
