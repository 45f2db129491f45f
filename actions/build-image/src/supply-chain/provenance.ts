import { subjectOf, type RunContext, type Statement } from '@mlops-actions/action-kit';
import { formatPlatform, formatReference } from '@mlops-actions/oci';
import path from 'node:path';
import type { BuildRecord } from '../report.ts';

/** Media type of in-toto statements. */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';
const BUILD_TYPE = 'https://mlops-actions.dev/build-image/v1';

/**
 * How the image came to be, as SLSA provenance v1 (https://slsa.dev/spec/v1.0/provenance). Unless it is signed, it says so only to whoever
 * trusts the registry.
 */
export function provenance(
  record: BuildRecord,
  imageName: string,
  digests: readonly string[],
  context: RunContext,
): Statement {
  const { plan, images, model } = record;
  const bases = images.map(({ base }) => base);
  const server = process.env['GITHUB_SERVER_URL'] || 'https://github.com';
  const source = `git+${server}/${context.repository}`;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: digests.map((digest) => subjectOf(imageName, digest)),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          mode: plan.foundation.mode,
          baseImage: bases[0]?.name,
          platforms: plan.platforms.map(formatPlatform),
          model: { path: shown(plan.model.path), destination: plan.model.destination },
          files: plan.files.map(({ source: from, destination }) => ({ source: shown(from), destination })),
          compression: plan.compression,
          entrypoint: plan.entrypoint,
          env: plan.env,
          labels: plan.labels,
          user: plan.user,
          workdir: plan.workdir,
          port: plan.port,
          tags: plan.tags.map(formatReference),
          ...(plan.foundation.mode === 'dockerfile' && {
            dockerfile: shown(plan.foundation.dockerfile),
            target: plan.foundation.target,
            // Values may be private; the image's history has those that matter to it.
            buildArgs: Object.keys(plan.foundation.buildArgs),
            secrets: plan.foundation.secrets.map(({ id }) => id),
          }),
        },
        internalParameters: { modelSource: model.source },
        resolvedDependencies: [
          ...(context.repository === '' || context.commit === ''
            ? []
            : [{ uri: `${source}@${context.ref}`, digest: { gitCommit: context.commit } }]),
          ...bases.flatMap(({ name, image }) => (image === undefined ? [] : [subjectOf(name ?? 'base', image.digest)])),
          subjectOf('model', model.digest),
        ],
      },
      runDetails: {
        builder: { id: context.workflow === '' ? BUILD_TYPE : `${server}/${context.workflow}` },
        metadata: context.runUrl === '' ? {} : { invocationId: `${context.runUrl}/attempts/${context.runAttempt}` },
      },
    },
  };
}

/** Where a file lies in the workspace; where that lies on the machine is nobody's business. */
export const shown = (file: string): string =>
  path.relative(process.cwd(), path.resolve(file)).split(path.sep).join('/');
