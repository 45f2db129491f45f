import type { Scope } from '../scope.ts';
import { scanSecrets } from './secrets.ts';

/** Code that no description of a model needs. Methods such as `model.eval()` are none. */
const CODE =
  /(?<![\w.])(?:(?:os\.(?:system|popen|exec\w*)|subprocess\.\w+|pty\.spawn|exec|eval|__import__|pickle\.loads|marshal\.loads)\s*\(|import\s+(?:os|subprocess|socket|pty|ctypes)\b\s*[;\n])|<script\b/i;

/** Reviews free text that a model carries beside its tensors: whoever shows or evaluates it should find neither code nor keys. */
export function scanMetadata(name: string, text: string, scope: Scope): void {
  scanSecrets(text, scope);
  const code = CODE.exec(text)?.[0].trim();
  if (code !== undefined) scope.report('MV502', `The metadata ${name} holds code ('${code}')`, { symbol: name });
}
