import path from 'node:path';
import type { Setting } from './setting.ts';
import { watch, type Watched } from './watch.ts';

const BUNDLE = path.resolve(import.meta.dirname, '../../../dist/build-image.js');

/** What build-image is told of the image before. */
export interface Known {
  previous?: string;
  /** The model's digest, as validate-model gave it. */
  digest?: string;
}

/** Runs build-image's bundle as a runner does. */
export function build(setting: Setting, registry: string, tag: string, known: Known = {}): Promise<Watched> {
  const inputs: Record<string, string> = {
    'MODEL-PATH': setting.model,
    'BASE-IMAGE': `${registry}/platform/base:1`,
    FILES: `${path.join(setting.context, 'server.mjs')} => /app/server.mjs`,
    TAGS: tag,
    'EVIDENCE-DIR': path.join(setting.folder, 'evidence'),
    'PREVIOUS-IMAGE': known.previous ?? '',
    'EXPECTED-MODEL-DIGEST': known.digest ?? '',
  };
  const env = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value]));
  return watch(process.execPath, [BUNDLE], setting.folder, env);
}
