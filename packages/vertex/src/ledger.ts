import { UserError } from '@mlops-actions/action-kit';
import { LABEL_COUNT, type Labels } from './labels.ts';
import { sameVersion, type ModelVersionId } from './names.ts';

/**
 * The serving ledger: who served on an endpoint, and how that ended. It lives in the endpoint's labels, so that it is written by the
 * very update that moves the traffic: the two cannot disagree.
 *
 * One label an entry, `mlops-ledger-<sequence>`, with the value
 * `1_<model>_<version>_<deployed model id>_<since>_<digest>_<verdict>`: the format's version, the index of the label `mlops-model-<index>`
 * that holds the model's id, the version's number, the id, seconds since 1970 in base 36, 12 hex digits of a digest or `x`, one letter.
 */

/** How a model's time on an endpoint went. */
export type LedgerVerdict =
  /** Gets traffic and is being judged. */
  | 'trial'
  /** Took all traffic and was found good. */
  | 'passed'
  | 'failed'
  | 'inconclusive'
  /** Passed once, and was taken back since. */
  | 'rolled-back'
  /** Served already when the ledger began. */
  | 'adopted';

export interface LedgerEntry extends ModelVersionId {
  /** Rises by one with every entry. */
  sequence: number;
  deployedModelId: string;
  /** When it first got traffic: seconds since 1970. */
  since: number;
  /** First 12 hex digits of the digest of what was served, if it is known. */
  digest: string | undefined;
  verdict: LedgerVerdict;
}

export interface Ledger {
  /** Oldest first. */
  entries: readonly LedgerEntry[];
  /** Labels of the ledger that this version of the format cannot read. They are never overwritten. */
  unreadable: readonly string[];
}

/** Entries that are kept. */
export const LEDGER_LENGTH = 12;
/** Entries without which nobody could go back: who serves, and who served before. */
const LEDGER_LEAST = 2;
/** Hex digits of a digest that an entry keeps. */
export const LEDGER_DIGEST_LENGTH = 12;

const ENTRY_KEY = 'mlops-ledger-';
const MODEL_KEY = 'mlops-model-';
/** Prefixes of the labels that belong to the ledger. */
export const LEDGER_PREFIXES: readonly string[] = [ENTRY_KEY, MODEL_KEY];

const LETTERS: Record<LedgerVerdict, string> = {
  trial: 't',
  passed: 'p',
  failed: 'f',
  inconclusive: 'i',
  'rolled-back': 'r',
  adopted: 'a',
};
const VERDICTS = new Map(Object.entries(LETTERS).map(([verdict, letter]) => [letter, verdict as LedgerVerdict]));

const VALUE =
  /^1_(?<model>\d{1,2})_(?<version>[1-9]\d{0,9})_(?<id>\d{1,19})_(?<since>[0-9a-z]{1,8})_(?<digest>[0-9a-f]{12}|x)_(?<verdict>[tpfira])$/;

/** Reads the ledger from an endpoint's labels. */
export function decodeLedger(labels: Readonly<Labels>): Ledger {
  const entries: LedgerEntry[] = [];
  const unreadable: string[] = [];
  for (const [key, value] of Object.entries(labels)) {
    if (!key.startsWith(ENTRY_KEY)) continue;
    const sequence = /^[1-9]\d{0,8}$/.exec(key.slice(ENTRY_KEY.length))?.[0];
    const fields = VALUE.exec(value)?.groups;
    const modelId = fields && labels[`${MODEL_KEY}${fields['model']!}`];
    if (sequence === undefined || fields === undefined || modelId === undefined || modelId === '') {
      unreadable.push(key);
      continue;
    }
    entries.push({
      sequence: Number(sequence),
      modelId,
      versionId: fields['version']!,
      deployedModelId: fields['id']!,
      since: parseInt(fields['since']!, 36),
      digest: fields['digest'] === 'x' ? undefined : fields['digest'],
      verdict: VERDICTS.get(fields['verdict']!)!,
    });
  }
  entries.sort((a, b) => a.sequence - b.sequence);
  return { entries, unreadable: unreadable.sort() };
}

/**
 * An endpoint's labels with the ledger in them; every other label stays. The oldest entries go when there are too many for the ledger
 * or for the endpoint.
 */
export function encodeLedger(entries: readonly LedgerEntry[], labels: Readonly<Labels>): Labels {
  const { unreadable } = decodeLedger(labels);
  // The models that unreadable entries refer to stay where they are.
  const keepsModels = unreadable.length > 0;
  const others = Object.fromEntries(
    Object.entries(labels).filter(
      ([key]) =>
        unreadable.includes(key) ||
        (keepsModels && key.startsWith(MODEL_KEY)) ||
        !LEDGER_PREFIXES.some((prefix) => key.startsWith(prefix)),
    ),
  );
  const sorted = [...entries].sort((a, b) => a.sequence - b.sequence);
  for (let kept = Math.min(sorted.length, LEDGER_LENGTH); kept >= Math.min(sorted.length, LEDGER_LEAST); kept--) {
    const encoded = encodeEntries(sorted.slice(sorted.length - kept), others);
    if (Object.keys(encoded).length <= LABEL_COUNT) return encoded;
  }
  throw new UserError(
    `The endpoint has ${Object.keys(others).length} labels, which leaves no room for the serving ledger.`,
    {
      fix: `Remove some: an endpoint has at most ${LABEL_COUNT}, and the ledger takes up to ${LEDGER_LENGTH + 2}.`,
    },
  );
}

function encodeEntries(entries: readonly LedgerEntry[], others: Readonly<Labels>): Labels {
  const labels: Labels = { ...others };
  const indices = new Map<string, number>();
  for (const [key, modelId] of Object.entries(others)) {
    if (key.startsWith(MODEL_KEY)) indices.set(modelId, Number(key.slice(MODEL_KEY.length)));
  }
  for (const entry of entries) {
    let index = indices.get(entry.modelId);
    if (index === undefined) {
      index = 0;
      while (labels[`${MODEL_KEY}${index}`] !== undefined) index++;
      indices.set(entry.modelId, index);
      labels[`${MODEL_KEY}${index}`] = entry.modelId;
    }
    labels[`${ENTRY_KEY}${entry.sequence}`] = [
      '1',
      index,
      entry.versionId,
      entry.deployedModelId,
      entry.since.toString(36),
      entry.digest ?? 'x',
      LETTERS[entry.verdict],
    ].join('_');
  }
  return labels;
}

/** The entries with one more at the end. */
export function append(entries: readonly LedgerEntry[], entry: Omit<LedgerEntry, 'sequence'>): readonly LedgerEntry[] {
  return [...entries, { ...entry, sequence: (entries.at(-1)?.sequence ?? 0) + 1 }];
}

/** The entries with another verdict on one of them. */
export function judge(
  entries: readonly LedgerEntry[],
  sequence: number,
  verdict: LedgerVerdict,
): readonly LedgerEntry[] {
  return entries.map((entry) => (entry.sequence === sequence ? { ...entry, verdict } : entry));
}

/** The latest entry of a deployed model. */
export function latestOf(entries: readonly LedgerEntry[], deployedModelId: string): LedgerEntry | undefined {
  return entries.findLast((entry) => entry.deployedModelId === deployedModelId);
}

/** Whether a model served and was found good, or served before the ledger began. */
export const isGood = (entry: LedgerEntry | undefined): boolean =>
  entry?.verdict === 'passed' || entry?.verdict === 'adopted';

/** The latest entry that a rollback can go back to. */
export function latestGood(
  entries: readonly LedgerEntry[],
  accept: (entry: LedgerEntry) => boolean,
): LedgerEntry | undefined {
  return entries.findLast(
    (entry) => isGood(entry) && accept(entry) && latestOf(entries, entry.deployedModelId) === entry,
  );
}

/** First digits of a digest, as entries keep them. */
export function ledgerDigest(digest: string | undefined): string | undefined {
  return digest?.slice(digest.indexOf(':') + 1).slice(0, LEDGER_DIGEST_LENGTH);
}

/**
 * The latest entry of a version; if it never served here, of another version with the same digest: the same bytes are the same model,
 * whatever their number.
 */
export function latestOfVersion(
  entries: readonly LedgerEntry[],
  version: ModelVersionId,
  digest?: string,
): LedgerEntry | undefined {
  return (
    entries.findLast((entry) => sameVersion(entry, version)) ??
    entries.findLast((entry) => digest !== undefined && entry.digest === ledgerDigest(digest))
  );
}
