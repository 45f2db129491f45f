/** The middle of some figures. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Prints a figure beside its target. */
export function row(name: string, measured: string, target: string, met: boolean): void {
  console.log(`  ${name.padEnd(24)} ${measured.padEnd(52)} target: ${target}${met ? '' : '  MISSED'}`);
}
