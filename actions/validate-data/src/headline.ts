import { count, log } from '@mlops-actions/action-kit';
import type { RuleResult } from '@mlops-actions/contract';
import type { Outcome } from './report.ts';

/** One sentence for each thing that was looked at. */
export function headlineOf({ task, diff, tools, checked, verdict }: Outcome): string {
  const parts: string[] = [];
  if (checked?.counted !== undefined) {
    const { rows } = checked.counted.counts;
    const of = (wanted: string): RuleResult[] => checked.results.filter(({ outcome }) => outcome === wanted);
    const [broken, open] = [of('fail'), of('inconclusive')];
    const named = (list: readonly RuleResult[]): string =>
      `${list
        .slice(0, 3)
        .map(({ rule }) => `'${rule.id}'`)
        .join(', ')}${list.length > 3 ? ` and ${list.length - 3} more` : ''}`;
    const counted = `${count(rows, 'row')}, ${count(checked.results.length, 'rule')}`;
    parts.push(
      broken.length > 0
        ? `${counted}: ${broken.length} broken, ${named(broken)}.`
        : open.length > 0
          ? `${counted}: ${open.length} undecided, ${named(open)}.`
          : `${count(rows, 'row')} keep all ${count(of('pass').length, 'rule')} that were checked${of('skipped').length > 0 ? ` (${of('skipped').length} skipped)` : ''}.`,
    );
  } else if (checked !== undefined) {
    parts.push(`The definition was written to ${task.definitionPath!}; nothing has been counted yet.`);
  } else if (task.offline && task.contractFile !== undefined) {
    parts.push(`The contract ${task.contract.id} ${task.contract.version} can be read; no data are checked out.`);
  } else if (task.compares && task.contractFile === undefined) {
    parts.push('There is no data contract, and there was none before.');
  }
  if (diff !== undefined) {
    const breaking = diff.changes.filter(({ impact }) => impact === 'breaking').length;
    parts.push(
      diff.problem?.message ??
        (breaking > 0
          ? `${count(breaking, 'change')} of the contract break its readers, under a new major version.`
          : 'The contract breaks none of its readers.'),
    );
  }
  for (const { tool, tests } of tools) {
    const failed = tests.filter(({ outcome }) => outcome === 'fail').length;
    const made = tests.filter(({ outcome }) => outcome !== 'skipped').length;
    parts.push(`${tool}: ${failed} of ${count(made, 'test')} failed.`);
  }
  return parts.length === 0 ? `${verdict}.` : parts.join(' ');
}

/** The log: every rule that did not pass, and every change of the contract. */
export function tell({ diff, checked }: Outcome): void {
  for (const { rule, outcome, observed, reason } of checked?.results ?? []) {
    if (outcome === 'pass') continue;
    const line = `${outcome.toUpperCase()} ${rule.id} (${rule.place}): ${rule.demand}${observed === '' ? '' : `; found ${observed}`}${reason === '' ? '' : `; ${reason}`}.`;
    log.info(line);
  }
  const passed = (checked?.results ?? []).filter(({ outcome }) => outcome === 'pass').length;
  if (passed > 0) log.info(`PASS ${count(passed, 'rule')}.`);
  for (const { impact, subject, what } of diff?.changes ?? []) {
    log.info(`${impact.toUpperCase()} ${subject === '' ? 'the contract' : subject} ${what}.`);
  }
  const warned = (checked?.results ?? []).filter(
    ({ rule, outcome }) => outcome === 'fail' && rule.severity === 'warning',
  );
  for (const { rule, observed } of warned.slice(0, 5)) {
    log.warning(`${rule.id}: ${rule.demand}; found ${observed}.`, { title: 'Broken rule' });
  }
  if (diff?.problem !== undefined) log.warning(diff.problem.message, { title: 'Contract' });
}
