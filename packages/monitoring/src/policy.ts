import { UserError } from '@mlops-actions/action-kit';
import type { DecisionPolicy, FindingKind, MonitorAction } from './types.ts';

/** From the mildest to the gravest. */
export const ACTIONS: readonly MonitorAction[] = ['none', 'investigate', 'retrain', 'rollback'];

export const FINDING_KINDS: readonly FindingKind[] = [
  'data-quality',
  'volume',
  'freshness',
  'input-drift',
  'prediction-drift',
  'performance',
  'estimated-performance',
  'slice-performance',
  'calibration',
  'service',
];

/** Facts and what is confirmed by an interval beyond a margin: one window is enough. */
const AT_ONCE = { failures: 1, windows: 1 };
/** What may pass by itself, such as a campaign that brings another public for a week. */
const SUSTAINED = { failures: 2, windows: 3 };

export const DEFAULT_DECISIONS: DecisionPolicy = {
  alarms: {
    // A vanished column or a stale feed is no matter of chance.
    'data-quality': AT_ONCE,
    volume: AT_ONCE,
    freshness: AT_ONCE,
    'input-drift': SUSTAINED,
    'prediction-drift': SUSTAINED,
    // Labels come late as it is, and only a loss beyond both the margin and chance fails.
    performance: AT_ONCE,
    'estimated-performance': SUSTAINED,
    'slice-performance': SUSTAINED,
    calibration: SUSTAINED,
    service: AT_ONCE,
  },
  actions: {
    // A model learns nothing good from broken data: mend the feed.
    'data-quality': 'investigate',
    volume: 'investigate',
    freshness: 'investigate',
    'input-drift': 'retrain',
    'prediction-drift': 'retrain',
    // The champion before this one is old by now, and has seen even less of what changed.
    performance: 'retrain',
    // An estimate rests on calibration and on the absence of concept drift, which is what one would want to know.
    'estimated-performance': 'investigate',
    // A harm to one group calls for people, not for a machine.
    'slice-performance': 'investigate',
    // Ranking is intact; recalibration is a matter of training.
    calibration: 'retrain',
    service: 'investigate',
  },
  'actions-after-release': {
    'data-quality': 'investigate',
    volume: 'investigate',
    freshness: 'investigate',
    // The release did not change the world, so going back does not help.
    'input-drift': 'retrain',
    // Right after a release it is the release that changed.
    'prediction-drift': 'investigate',
    performance: 'rollback',
    'estimated-performance': 'investigate',
    'slice-performance': 'investigate',
    calibration: 'retrain',
    service: 'rollback',
  },
  'release-windows': 3,
  'heal-after': 3,
  'reopen-within': 3,
  'blind-windows': 4,
  'keep-windows': 120,
};

/**
 * Refuses a policy that cannot mean what it says.
 *
 * @throws UserError
 */
export function checkDecisions(policy: DecisionPolicy): void {
  for (const kind of FINDING_KINDS) {
    const { failures, windows } = policy.alarms[kind];
    if (!(isCount(failures) && isCount(windows) && failures <= windows)) {
      throw new UserError(`The alarm for ${kind} asks for ${failures} failures in ${windows} windows.`, {
        fix: 'Give whole numbers of at least 1, no more failures than windows.',
      });
    }
  }
  for (const key of ['actions', 'actions-after-release'] as const) {
    if (policy[key]['estimated-performance'] === 'rollback') {
      throw new UserError(`The monitor's ${key} call for a rollback on estimated performance.`, {
        fix: 'An estimate without labels is no proof of a loss: use investigate or retrain.',
      });
    }
  }
  for (const key of ['release-windows', 'heal-after', 'reopen-within', 'blind-windows', 'keep-windows'] as const) {
    const least = key === 'release-windows' || key === 'reopen-within' ? 0 : 1;
    if (!Number.isSafeInteger(policy[key]) || policy[key] < least) {
      throw new UserError(`The monitor's ${key} is ${policy[key]}.`, {
        fix: `Give a whole number of at least ${least}.`,
      });
    }
  }
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;

export const graver = (a: MonitorAction, b: MonitorAction): MonitorAction =>
  ACTIONS.indexOf(a) >= ACTIONS.indexOf(b) ? a : b;
