import { status, type Metadata } from '@grpc/grpc-js';

/** One call, as `/calls` tells of it. */
export interface CallRecord {
  /** Ascending from 1. */
  number: number;
  time: string;
  /** `EndpointService.UpdateEndpoint`. */
  method: string;
  /** What the request was about: its short fields. */
  request: Record<string, unknown>;
  /** Names and versions of the client's libraries (`x-goog-api-client`). */
  client: string;
  /** Status that the caller got; missing while the call runs. */
  code?: string;
  message?: string;
  /** Milliseconds. */
  duration?: number;
  /** Where a planned fault holds it up, or did: before it does anything, or with its work done. */
  held?: 'before' | 'after';
}

/** A call that has come in and has no answer yet. */
export interface OpenCall {
  held(when: 'before' | 'after'): void;
  end(code: status, message?: string): void;
}

const MOST_CALLS = 10_000;
const LONGEST_TEXT = 300;

/** The last calls, oldest first. */
export class CallLog {
  readonly calls: CallRecord[] = [];
  readonly #onEnd: (call: CallRecord) => void;
  #number = 0;

  constructor(onEnd: (call: CallRecord) => void) {
    this.#onEnd = onEnd;
  }

  /** Records a call that has come in; what it gives records how it goes on. */
  begin(method: string, request: object, metadata: Metadata): OpenCall {
    const startedAt = performance.now();
    const call: CallRecord = {
      number: ++this.#number,
      time: new Date().toISOString(),
      method,
      request: summary(request),
      client: String(metadata.get('x-goog-api-client')[0] ?? ''),
    };
    this.calls.push(call);
    if (this.calls.length > MOST_CALLS) this.calls.shift();
    return {
      held(when) {
        call.held = when;
      },
      end: (code, message) => {
        call.code = status[code];
        if (message !== undefined) call.message = message;
        call.duration = Math.round(performance.now() - startedAt);
        this.#onEnd(call);
      },
    };
  }
}

/** Parts of requests that say what is asked for, beside plain texts and numbers. */
const TELLING = ['name', 'model', 'id', 'displayName', 'etag', 'trafficSplit', 'labels', 'versionAliases'];

function summary(request: object): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(request) as [string, unknown][]) {
    if (typeof value === 'string') told[key] = value.slice(0, LONGEST_TEXT);
    else if (typeof value !== 'object' || value === null) told[key] = value;
    else if (key === 'trafficSplit' || key === 'versionAliases') told[key] = value;
    else if ('paths' in value) told[key] = value.paths;
    else if (['endpoint', 'model', 'deployedModel'].includes(key)) {
      told[key] = Object.fromEntries(Object.entries(value).filter(([name]) => TELLING.includes(name)));
    } else if (Array.isArray(value)) told[key] = `${value.length} items`;
  }
  return told;
}
