import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@mlops-actions/action-kit';
import type { Evaluation, Json } from '@mlops-actions/vertex';

type JsonObject = { readonly [key: string]: Json };

/** The registry takes no larger one, and a record of metrics is far from it. */
const SIZE_LIMIT = 1024 * 1024;

/**
 * Reads a decision record, or a file of metrics, as an evaluation for the registry: the metrics are its `metrics`, or the candidate's
 * value of every one of its `checks`. An in-toto statement around it is taken off.
 *
 * @throws UserError if it is not such a file, or is about another model
 */
export async function readEvaluation(file: string, modelDigest: string | undefined): Promise<Evaluation> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The evaluation '${file}' cannot be read.`, {
      fix: "Pass the output 'decision-path' of evaluate-gate; artifacts of another job must be downloaded first.",
      cause,
    });
  });
  const whole = bytes.length > SIZE_LIMIT ? undefined : parseObject(bytes.toString('utf8'));
  if (whole === undefined) throw new UserError(`The evaluation '${file}' is not a JSON object of at most 1 MiB.`);
  checkSubject(file, whole, modelDigest);
  const record = objectIn(whole, 'predicate') ?? whole;
  const metrics = objectIn(record, 'metrics') ?? metricsOfChecks(record['checks']);
  if (metrics === undefined) {
    throw new UserError(`The evaluation '${file}' has neither 'metrics' nor 'checks' with values.`);
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  return {
    displayName: `mlops-actions-${digest.slice(0, 16)}`,
    metrics,
    metadata: {
      recordDigest: `sha256:${digest}`,
      verdict: record['verdict'] ?? null,
      policyDigest: record['policyDigest'] ?? null,
    },
  };
}

/** A statement that names models must name this one. */
function checkSubject(file: string, statement: JsonObject, modelDigest: string | undefined): void {
  const subjects = Array.isArray(statement['subject']) ? (statement['subject'] as readonly Json[]) : [];
  const digests = subjects.flatMap((subject) => {
    const digest = isObject(subject) ? objectIn(subject, 'digest')?.['sha256'] : undefined;
    return typeof digest === 'string' ? [`sha256:${digest}`] : [];
  });
  if (modelDigest !== undefined && digests.length > 0 && !digests.includes(modelDigest)) {
    throw new UserError(`The evaluation '${file}' is about another model than ${modelDigest}.`, {
      fix: 'Evaluate the very files that are registered.',
    });
  }
}

function metricsOfChecks(checks: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(checks)) return undefined;
  const metrics = new Map<string, number>();
  for (const check of checks as readonly Json[]) {
    if (!isObject(check)) continue;
    const { metric, candidate, value } = check;
    const found = isObject(candidate ?? null) ? (candidate as JsonObject)['value'] : (candidate ?? value);
    if (typeof metric === 'string' && typeof found === 'number') metrics.set(metric, found);
  }
  return metrics.size === 0 ? undefined : Object.fromEntries(metrics);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed = JSON.parse(text) as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (json: Json): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);

function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key] ?? null;
  return isObject(value) ? value : undefined;
}
