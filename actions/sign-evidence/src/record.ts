import { worstVerdict, type Verdict } from '@mlops-actions/action-kit';
import type { EvidenceFile } from './collect.ts';
import { factsOf } from './facts.ts';
import type { Task } from './inputs.ts';

/** What a release was and how it ended, by all that its steps left: the predicate that is signed. */
export interface ReleaseRecord {
  /** pass only if each action that is required, and each other that was run, said so. */
  verdict: Verdict;
  /** Names the action that stopped it, or what is missing. */
  reason: string;
  model: { name?: string; owner?: string; riskTier?: string; digest?: string };
  image: { name?: string; digest?: string };
  modelVersion: string | undefined;
  endpoint: string | undefined;
  /** Logins; empty where no approval was required. */
  approvedBy: string[];
  policyDigest: string | undefined;
  /** Verdicts by action. */
  verdicts: Record<string, Verdict>;
  required: string[];
  /** Every file that was there, so that none can be changed or left out afterwards. */
  evidence: { path: string; digest: string; predicateType?: string }[];
}

/** A record, or why the evidence is not that of one release. */
export type Recorded = { record: ReleaseRecord } | { contradictions: string[] };

/** Facts that are one in a release, and what they are called. */
const SHARED = { model: 'model', image: 'image', version: 'version', run: 'run', commit: 'commit' } as const;

/** Puts together what the evidence says, unless it contradicts itself or what other jobs said. */
export function recordOf(files: readonly EvidenceFile[], { expected, required, model }: Task, run: string): Recorded {
  const facts = files.flatMap(({ statement }) => (statement === undefined ? [] : (factsOf(statement) ?? [])));
  const contradictions = Object.entries(SHARED).flatMap(([key, name]) =>
    contradiction(name, saidOf(key as keyof typeof SHARED)),
  );
  if (contradictions.length > 0) return { contradictions };

  // The decision of the gate is there twice, as its report and as the record of the decision.
  const verdicts: Record<string, Verdict> = {};
  for (const { action, verdict } of facts)
    if (verdict !== undefined && action !== 'gate-decision')
      verdicts[action] = worstVerdict([verdict, verdicts[action] ?? verdict]);
  const one = (key: 'model' | 'image' | 'imageName' | 'version' | 'endpoint' | 'policy'): string | undefined =>
    facts.find((each) => each[key] !== undefined)?.[key];
  return {
    record: {
      ...judge(verdicts, required),
      model: {
        ...(model && { name: model.name, owner: model.owner, riskTier: model['risk-tier'] }),
        ...defined('digest', one('model')),
      },
      image: { ...defined('name', one('imageName')), ...defined('digest', one('image')) },
      modelVersion: one('version'),
      endpoint: one('endpoint'),
      approvedBy: [...new Set(facts.flatMap(({ approvedBy }) => approvedBy))],
      policyDigest: one('policy'),
      verdicts,
      required: [...required],
      evidence: files.map(({ path, digest, statement }) => ({
        path,
        digest,
        ...defined('predicateType', statement?.predicateType),
      })),
    },
  };

  /** Who says what of a fact. */
  function saidOf(key: keyof typeof SHARED): [string, string][] {
    const outside = key === 'run' ? run || undefined : key === 'commit' ? undefined : expected[key];
    return [
      ...(outside === undefined
        ? []
        : [[key === 'run' ? 'this run' : 'the job that made it', outside] as [string, string]]),
      ...facts.flatMap((each): [string, string][] => (each[key] === undefined ? [] : [[each.action, each[key]]])),
    ];
  }
}

function contradiction(what: string, said: readonly [string, string][]): string[] {
  const values = Map.groupBy(said, ([, value]) => value);
  if (values.size < 2) return [];
  const clauses = [...values].map(([value, by]) => `${value} by ${[...new Set(by.map(([who]) => who))].join(', ')}`);
  return [`The ${what} is ${clauses.join(' and ')}.`];
}

function judge(verdicts: Record<string, Verdict>, required: readonly string[]): { verdict: Verdict; reason: string } {
  const by = (wanted: Verdict): string =>
    Object.keys(verdicts)
      .filter((action) => verdicts[action] === wanted)
      .join(', ');
  const missing = required.filter((action) => verdicts[action] === undefined);
  const verdict = worstVerdict([...Object.values(verdicts), ...missing.map(() => 'inconclusive' as const)]);
  if (verdict === 'pass') return { verdict, reason: `passed by ${by('pass')}` };
  if (verdict === 'fail') return { verdict, reason: `stopped by ${by('fail')}` };
  if (by('inconclusive') !== '') return { verdict, reason: `left open by ${by('inconclusive')}` };
  return {
    verdict,
    reason: missing.length > 0 ? `nothing is there of ${missing.join(', ')}` : 'no action left a verdict',
  };
}

function defined<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: string };
}
