import { closest, UserError } from '@mlops-actions/action-kit';
import type { CheckWaiver } from '@mlops-actions/manifest';

/** Somebody answers for a check that is not met, until a day. */
export interface Waiver {
  owner: string;
  reason: string;
  /** Last day that it holds, in UTC. */
  expires: string;
}

/** A waiver today. */
export interface CurrentWaiver extends Waiver {
  expired: boolean;
}

/** The checks of a policy, as far as waivers are concerned. */
interface Waivable {
  name: string;
  blocking: boolean;
  origin: 'model' | 'organisation';
}

/**
 * Waivers by the name of their check.
 *
 * @param today day in UTC, as `2026-03-31`
 * @param longest days that a waiver may still last
 * @throws UserError for a waiver of a check that is not there, is there to be waived by nobody or decides nothing anyway; for two of one check; for days that are
 *   none or too far off; or if no check is left to decide
 */
export function readWaivers(
  waivers: readonly CheckWaiver[],
  checks: readonly Waivable[],
  { file, today, longest }: { file: string; today: string; longest: number },
): Map<string, CurrentWaiver> {
  const found = new Map<string, CurrentWaiver>();
  for (const { check: name, owner, reason, expires } of waivers) {
    const place = `'${file}', waiver of '${name}'`;
    const check = checks.find((one) => one.name === name);
    if (check === undefined) {
      const near = closest(
        name,
        checks.map((one) => one.name),
      );
      throw new UserError(
        `${place}: there is no such check.`,
        near === undefined ? {} : { fix: `Did you mean '${near}'?` },
      );
    }
    if (check.origin === 'organisation') throw new UserError(`${place}: a check of the organisation cannot be waived.`);
    if (!check.blocking)
      throw new UserError(`${place}: that check is reported only, so that there is nothing to waive.`);
    if (found.has(name)) throw new UserError(`${place}: it is waived twice.`);
    const days = (Date.parse(expires) - Date.parse(today)) / 86_400_000;
    if (Number.isNaN(days)) throw new UserError(`${place}: '${expires}' is no day.`);
    if (days > longest) {
      throw new UserError(`${place}: it lasts ${days} more days, and the organisation allows ${longest}.`);
    }
    found.set(name, { owner, reason, expires, expired: days < 0 });
  }
  if (checks.every(({ name, blocking }) => !blocking || found.get(name)?.expired === false)) {
    throw new UserError(`Every blocking check of '${file}' is waived: such a gate cannot fail.`);
  }
  return found;
}
