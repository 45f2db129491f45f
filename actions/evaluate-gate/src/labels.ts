/** A label as text, numbers in one spelling: `1`, `1.0` and `true` of a typed file differ from nothing but each other's format. */
export function canonicalLabel(label: string | number | boolean): string {
  if (typeof label === 'boolean') return label ? '1' : '0';
  const text = String(label).trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}
