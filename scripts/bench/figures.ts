/** The middle of some figures. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Prints a figure, beside its target if it has one. */
export function row(name: string, measured: string, target?: string, met = true): void {
  const beside = target === undefined ? '' : `target: ${target}${met ? '' : '  MISSED'}`;
  console.log(`  ${name.padEnd(24)} ${measured.padEnd(52)} ${beside}`.trimEnd());
}
