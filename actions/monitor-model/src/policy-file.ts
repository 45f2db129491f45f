import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { LoadedManifest, Monitor } from '@mlops-actions/manifest';
import { completePolicy, type CompletePolicy } from '@mlops-actions/monitoring';
import type { Inputs } from './inputs.ts';
import type { Task } from './task.ts';

const POLICY_LIMIT = 1024 * 1024;

/** How to judge: a policy file's words, or those of model.yaml. */
export async function readPolicy(
  { policy: file }: Inputs,
  loaded: LoadedManifest | undefined,
): Promise<{ monitor: Monitor; source: Task['policySource'] }> {
  if (file === undefined) {
    return {
      monitor: loaded?.manifest.monitor ?? {},
      source: { path: loaded?.path ?? '', digest: loaded?.digest ?? '' },
    };
  }
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The policy '${file}' cannot be read.`, { cause });
  });
  if (bytes.length > POLICY_LIMIT) throw new UserError(`The policy '${file}' is larger than 1 MiB.`);
  const { parseMonitor } = await import('@mlops-actions/manifest/parse');
  const monitor = parseMonitor(bytes.toString('utf8'), file);
  const data = WHAT.find((key) => monitor[key] !== undefined);
  if (data !== undefined) {
    throw new UserError(`The policy '${file}' names ${data}: a policy file says how to judge, not what.`, {
      fix: `Name it by the input '${data}', or in model.yaml.`,
    });
  }
  return { monitor, source: { path: file, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` } };
}

/** What a monitor looks at, as opposed to how it judges. */
const WHAT = ['current', 'table', 'profile', 'predictions', 'labels', 'reference', 'metrics', 'state'] as const;

/** The policy with its defaults. */
export function policyOf(monitor: Monitor): CompletePolicy {
  const { drift, ...rest } = monitor;
  return completePolicy({
    ...rest,
    ...(drift !== undefined && {
      drift: {
        ...drift,
        ...(drift.rules !== undefined && {
          rules: drift.rules.map(({ 'minimum-rows': minimumRows, ...rule }) => ({
            ...rule,
            ...(minimumRows !== undefined && { minimumRows }),
          })),
        }),
      },
    }),
  });
}
