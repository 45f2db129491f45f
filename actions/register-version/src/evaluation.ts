import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PREDICATE_BASE, UserError } from '@mlops-actions/action-kit';
import { digestLabel, type Evaluation, type Json } from '@mlops-actions/vertex';

type JsonObject = { readonly [key: string]: Json };

/** A record of metrics is far from this. */
const SIZE_LIMIT = 1024 * 1024;

/**
 * Reads the gate's decision record, or another file with `metrics`, as an evaluation for the registry. An in-toto statement around it is
 * taken off.
 *
 * @param modelDigest the model's digest, or as much of it as a label holds
 * @param requirePassed whether it must be a decision of the gate, of this very model, with the verdict `pass`
 * @throws UserError if it is not such a file, or says that it is about another model
 */
export async function readEvaluation(
  file: string,
  modelDigest: string | undefined,
  requirePassed = false,
): Promise<Evaluation> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UserError(`The evaluation '${file}' cannot be read.`, {
      fix: "Pass the output 'decision-path' of evaluate-gate; artifacts of another job must be downloaded first.",
      cause,
    });
  });
  const whole = bytes.length > SIZE_LIMIT ? undefined : parseObject(bytes.toString('utf8'));
  if (whole === undefined) throw new UserError(`The evaluation '${file}' is not a JSON object of at most 1 MiB.`);
  const record = objectIn(whole, 'predicate') ?? whole;
  const metrics = objectIn(record, 'metrics');
  if (metrics === undefined) throw new UserError(`The evaluation '${file}' has no 'metrics'.`);
  const judged = objectIn(record, 'candidate')?.['modelDigest'];
  if (modelDigest !== undefined && typeof judged === 'string' && !sameDigest(judged, modelDigest)) {
    throw new UserError(`The evaluation '${file}' is about the model ${judged}, not about ${modelDigest}.`, {
      fix: 'Evaluate the very files that are registered.',
    });
  }
  if (requirePassed) checkPassed(file, whole, record['verdict'], judged, modelDigest);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return {
    displayName: `mlops-actions-${digest.slice(0, 16)}`,
    metrics,
    metadata: {
      recordDigest: `sha256:${digest}`,
      modelDigest: judged ?? null,
      policyDigest: record['policyDigest'] ?? null,
      verdict: record['verdict'] ?? null,
      // With these the metrics have intervals when the next candidate is compared with them.
      rows: record['rows'] ?? null,
      events: record['events'] ?? null,
    },
  };
}

/** What a file merely does not say is no pass. */
function checkPassed(
  file: string,
  statement: JsonObject,
  verdict: Json | undefined,
  judged: Json | undefined,
  modelDigest: string | undefined,
): void {
  const problem =
    statement['predicateType'] !== `${PREDICATE_BASE}/gate-decision/v1`
      ? 'is no decision of evaluate-gate'
      : modelDigest === undefined || typeof judged !== 'string' || !sameDigest(judged, modelDigest)
        ? `does not name the model ${modelDigest ?? '(of which the digest is not known)'}`
        : verdict !== 'pass'
          ? `has the verdict ${JSON.stringify(verdict ?? null)}`
          : undefined;
  if (problem === undefined) return;
  throw new UserError(`The evaluation '${file}' ${problem}.`, {
    fix: 'Only a model that the gate let pass, by its digest, is taken on.',
  });
}

const sameDigest = (a: string, b: string): boolean => digestLabel(a) === digestLabel(b);

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed = JSON.parse(text) as Json;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The digest of the policy that an evaluation was judged by, if it says so. */
export function policyDigest({ metadata }: Evaluation): string | undefined {
  const digest = isObject(metadata) ? metadata['policyDigest'] : undefined;
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

const isObject = (json: Json): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);

function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key] ?? null;
  return isObject(value) ? value : undefined;
}
