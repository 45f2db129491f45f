/**
 * One line of a log as plain text: colours are taken out, tabs become spaces, and other control characters, which could steer a terminal
 * or reverse the direction of writing, become visible.
 */
export function plainText(line: string): string {
  return line
    .replace(/\u001b\[[0-9;:]*m/g, '')
    .replace(/\t/g, '    ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** A text cut to a width in characters. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
