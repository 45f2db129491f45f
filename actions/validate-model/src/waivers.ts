import { RULE_IDS, ruleOf, type Finding, type InspectedFile, type RuleId } from '@mlops-actions/model-files';
import { closest, UserError } from '@mlops-actions/action-kit';
import type { ResolvedManifest } from '@mlops-actions/manifest';

/** Somebody's decision to live with the findings of a rule in certain bytes, until a day. */
export interface Waiver {
  rule: RuleId;
  /** Digest of the file, or of the whole model, that the decision is about. */
  digest: string;
  /** Who answers for it. */
  owner: string;
  reason: string;
  /** Last day on which it holds, in UTC: `2026-12-31`. */
  expires: string;
}

/** A finding, and the waiver that takes its weight away. */
export interface JudgedFinding extends Finding {
  waiver?: Waiver;
}

/** From this score on code scanning calls a finding critical: the model runs somebody's code. */
const CRITICAL = 9;

/** Whether the author of a model.yaml may waive a rule alone; critical ones are for the owner of the workflow to open. */
export const isCritical = (rule: RuleId): boolean => ruleOf(rule).score >= CRITICAL;

/** What waivers are laid over. */
interface Reviewed {
  findings: readonly Finding[];
  files: readonly Pick<InspectedFile, 'path' | 'digest'>[];
  /** The model's digest. */
  digest: string | undefined;
  /** Path of model.yaml, where the waivers are. */
  manifestPath: string;
  /** Critical rules that the workflow lets be waived. */
  waivable: readonly RuleId[];
}

/** The waivers of model.yaml. Throws a `UserError` for a rule or a day that does not exist. */
export function readWaivers(manifest: ResolvedManifest): Waiver[] {
  return (manifest.validation?.waivers ?? []).map((waiver) => {
    const rule = readRule(waiver.rule, "'validation.waivers'");
    const day = new Date(`${waiver.expires}T00:00:00Z`);
    if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(waiver.expires)) {
      throw new UserError(`'validation.waivers' names the day ${waiver.expires}, which does not exist.`);
    }
    return { ...waiver, rule };
  });
}

/** The rule of an id. Throws a `UserError` that names `where` if there is none. */
export function readRule(id: string, where: string): RuleId {
  const rule = RULE_IDS.find((known) => known === id);
  if (rule !== undefined) return rule;
  const near = closest(id, RULE_IDS);
  throw new UserError(`${where} names the rule ${id}, which does not exist.`, {
    ...(near !== undefined && { fix: `Did you mean ${near}?` }),
  });
}

/**
 * Lays waivers over findings. A waiver covers the findings of its rule in the file, or in the model, that has its digest: other bytes need
 * another decision. One that has expired, or that is of a critical rule which the workflow does not open, covers nothing and is an error
 * itself; one that nothing needs is a note.
 *
 * @param today the day in UTC, as in {@link Waiver.expires}
 */
export function applyWaivers(reviewed: Reviewed, waivers: readonly Waiver[], today: string): JudgedFinding[] {
  const isOpen = ({ rule }: Waiver): boolean => !isCritical(rule) || reviewed.waivable.includes(rule);
  const valid = waivers.filter((waiver) => waiver.expires >= today && isOpen(waiver));
  const used = new Set<Waiver>();
  const judged = reviewed.findings.map((finding): JudgedFinding => {
    const file = reviewed.files.find(({ path }) => path === finding.location.path);
    const waiver = valid.find(
      ({ rule, digest }) => rule === finding.rule && (digest === file?.digest || digest === reviewed.digest),
    );
    if (waiver === undefined) return finding;
    used.add(waiver);
    return { ...finding, waiver };
  });
  const own = (rule: RuleId, message: string, waiver: Waiver): JudgedFinding => ({
    rule,
    severity: ruleOf(rule).severity,
    message,
    location: { path: reviewed.manifestPath, symbol: `${waiver.rule} ${waiver.digest}` },
  });
  for (const waiver of waivers) {
    const { rule, digest, owner, expires } = waiver;
    const name = `The waiver of ${rule} for ${digest.slice(0, 19)} by ${owner}`;
    if (!isOpen(waiver))
      judged.push(own('MV705', `${name} is of a critical rule, which the workflow does not open`, waiver));
    else if (!valid.includes(waiver)) judged.push(own('MV702', `${name} expired on ${expires}`, waiver));
    else if (!used.has(waiver)) judged.push(own('MV703', `${name} covers nothing`, waiver));
  }
  return judged;
}
