import type { CounterEvents, PartCounts } from './counter.ts';
import { Counter } from './counter.ts';
import { readPart, type Extent, type Part } from './part.ts';
import type { CountRequest } from './request.ts';

export interface PartOutcome {
  readonly counted: PartCounts;
  /** Of text. */
  readonly extent: Extent | undefined;
}

/** Counts one part of a table. */
export async function runPart(
  part: Part,
  request: CountRequest,
  events: CounterEvents,
  signal?: AbortSignal,
): Promise<PartOutcome> {
  const counter = new Counter(request, events);
  const batches = readPart(part, counter.names);
  for (;;) {
    const step = await batches.next();
    if (step.done === true) return { counted: counter.result(), extent: step.value };
    const { unit, numbers } = step.value;
    await counter.add(step.value, (row) => `'${part.file}': the record at ${unit} ${numbers[row]!}`);
    signal?.throwIfAborted();
  }
}
