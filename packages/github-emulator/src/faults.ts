import { ApiError } from './errors.ts';

/** Something that goes wrong with calls that come in. */
export interface Fault {
  /** Which calls: method and path, such as `POST /repos/acme/credit-risk/issues`. `*` stands for anything; default: every call. */
  at?: string;
  /** How many calls it hits; 1 unless told otherwise. */
  times?: number;
  /** How many matching calls pass first; 0 unless told otherwise. */
  after?: number;
  /**
   * - `lost-answer`: the call is carried out, and the connection breaks before the answer;
   * - `cut-answer`: the call is carried out, and the connection breaks in the midst of the answer;
   * - `hang-up`: the connection breaks before anything is done;
   * - `server-error`: 502, nothing is done;
   * - `rate-limit`: the primary limit is used up;
   * - `secondary-rate-limit`: too many calls at a time.
   */
  kind: 'lost-answer' | 'cut-answer' | 'hang-up' | 'server-error' | 'rate-limit' | 'secondary-rate-limit';
  /** Seconds that a rate limit asks to wait; 0 unless told otherwise, so that tests need not wait. */
  retryAfter?: number;
}

/** Decides which calls faults hit. The first rule that applies wins. */
export class FaultPlan {
  #rules: { fault: Fault; matches: (call: string) => boolean; seen: number }[] = [];

  replace(faults: readonly Fault[]): void {
    this.#rules = faults.map((fault) => ({ fault, matches: callMatcher(fault.at ?? '*'), seen: 0 }));
  }

  /** The fault of a call that comes in now. */
  next(call: string): Fault | undefined {
    for (const rule of this.#rules) {
      if (!rule.matches(call)) continue;
      const turn = rule.seen - (rule.fault.after ?? 0);
      rule.seen += 1;
      if (turn >= 0 && turn < (rule.fault.times ?? 1)) return rule.fault;
    }
    return undefined;
  }
}

function callMatcher(pattern: string): (call: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (call) => expression.test(call);
}

/** The answer of a fault that answers at all. */
export function faultAnswer({ kind, retryAfter = 0 }: Fault, now: Date): ApiError {
  if (kind === 'rate-limit') {
    return new ApiError(403, 'API rate limit exceeded for installation ID 1.', {
      documentation: 'rest/using-the-rest-api/rate-limits-for-the-rest-api',
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(now.getTime() / 1000) + retryAfter),
      },
    });
  }
  if (kind === 'secondary-rate-limit') {
    return new ApiError(
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      {
        documentation: 'rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        headers: { 'retry-after': String(retryAfter) },
      },
    );
  }
  return new ApiError(502, 'Server Error');
}
