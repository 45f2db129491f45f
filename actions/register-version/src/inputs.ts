import { readCommonInputs, type CommonInputs, type InputReader } from '@mlops-actions/action-kit';
import type { Labels } from '@mlops-actions/vertex';

/** The inputs as they were given. */
export interface Inputs extends CommonInputs {
  environment?: string | undefined;
  projectId?: string | undefined;
  region?: string | undefined;
  modelId?: string | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  image?: string | undefined;
  promotedFrom?: string | undefined;
  sourceModel?: string | undefined;
  requirePassed?: boolean | undefined;
  artifactUri?: string | undefined;
  modelDigest?: string | undefined;
  aliases?: string[] | undefined;
  aliasPolicy?: AliasPolicy | undefined;
  labels?: Labels | undefined;
  predictRoute?: string | undefined;
  healthRoute?: string | undefined;
  port?: number | undefined;
  evaluation?: string | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
}

/** What to do with an alias that another version has. */
export type AliasPolicy = 'move' | 'fail';

export function readInputs(reader: InputReader): Inputs {
  return {
    ...readCommonInputs(reader),
    environment: reader.text('environment'),
    projectId: reader.text('project-id'),
    region: reader.text('region'),
    modelId: reader.text('model-id'),
    displayName: reader.text('display-name'),
    description: reader.text('description'),
    image: reader.text('image'),
    promotedFrom: reader.text('promoted-from'),
    sourceModel: reader.text('source-model'),
    requirePassed: reader.flag('require-passed'),
    artifactUri: reader.text('artifact-uri'),
    modelDigest: reader.text('model-digest'),
    aliases: reader.list('aliases'),
    aliasPolicy: reader.choice('alias-policy', ['move', 'fail']),
    labels: reader.pairs('labels'),
    predictRoute: reader.text('predict-route'),
    healthRoute: reader.text('health-route'),
    port: reader.integer('port', { min: 1, max: 65535 }),
    evaluation: reader.text('evaluation'),
    timeout: reader.duration('timeout', { min: 1000 }),
  };
}
