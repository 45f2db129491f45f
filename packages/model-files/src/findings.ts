import { ruleOf, type RuleId, type Severity } from './rules.ts';

/** Where a finding is. */
export interface Location {
  /** File of the model, relative to its folder. */
  path: string;
  /** Member of an archive or part of a file, outermost first, joined by `!`: `model.pt!archive/data.pkl`. */
  member?: string;
  /** Byte offset in the file, or in the unpacked member. */
  offset?: number;
  /** The name that it is about: `os.system`, an operator, a tensor. */
  symbol?: string;
}

/** Something that is wrong, or worth knowing. */
export interface Finding {
  rule: RuleId;
  severity: Severity;
  /** One sentence. It may hold text of the file: escape it where it is shown. */
  message: string;
  location: Location;
}

export type Place = Pick<Location, 'offset' | 'symbol'>;

const MAX_PER_RULE = 100;

/** The findings of one file. Repetitions of one symbol are one finding; a flood is cut and the cut is a finding. */
export class FindingLog {
  readonly findings: Finding[] = [];
  readonly #path: string;
  readonly #seen = new Set<string>();
  readonly #perRule = new Map<RuleId, number>();

  constructor(path: string) {
    this.#path = path;
  }

  add(rule: RuleId, message: string, member: string, place: Place): void {
    const key = `${rule}\0${member}\0${place.symbol ?? ''}\0${place.symbol === undefined ? message : ''}`;
    if (this.#seen.has(key)) return;
    const count = (this.#perRule.get(rule) ?? 0) + 1;
    this.#perRule.set(rule, count);
    if (count > MAX_PER_RULE) {
      if (count === MAX_PER_RULE + 1 && rule !== 'MV904') {
        this.add('MV904', `More than ${MAX_PER_RULE} findings of rule ${rule}; the others are not listed`, '', {});
      }
      return;
    }
    this.#seen.add(key);
    this.findings.push({
      rule,
      severity: ruleOf(rule).severity,
      message,
      location: {
        path: this.#path,
        ...(member !== '' && { member }),
        ...(place.offset !== undefined && { offset: place.offset }),
        ...(place.symbol !== undefined && { symbol: place.symbol }),
      },
    });
  }
}

const RANK: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** Worst first, by severity and then by the rule's score; then by file and place. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    ruleOf(b.rule).score - ruleOf(a.rule).score ||
    compare(a.location.path, b.location.path) ||
    compare(a.location.member ?? '', b.location.member ?? '') ||
    (a.location.offset ?? 0) - (b.location.offset ?? 0) ||
    compare(a.rule, b.rule)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The worst severity among findings. */
export function worstSeverity(findings: readonly Finding[]): Severity | undefined {
  return (['error', 'warning', 'note'] as const).find((severity) => findings.some((f) => f.severity === severity));
}
