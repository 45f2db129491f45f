/** How bad a finding is. `error` fails the default policy. */
export type Severity = 'error' | 'warning' | 'note';

/** A kind of finding. Identifiers are stable: waivers, SARIF and people refer to them. */
export interface Rule {
  /** Short name in kebab case. */
  name: string;
  severity: Severity;
  /** One line. */
  title: string;
  /** What it means, why it matters. */
  help: string;
  /** What to do about it. */
  fix: string;
  /** What a finding looks like. */
  example: string;
  /** Number in the Common Weakness Enumeration. */
  cwe?: number;
  /** CVSS-like score, which GitHub code scanning turns into critical, high, medium or low. */
  score: number;
}

/** What most fixes come down to. */
export const SAFE_FORMAT =
  'Save the model in a format that holds no code (ONNX, safetensors, the booster’s own text or JSON).';
