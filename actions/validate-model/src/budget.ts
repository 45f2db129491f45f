import { count } from '@mlops-actions/action-kit';
import type { ResolvedManifest } from '@mlops-actions/manifest';
import { ruleOf, type Finding, type ModelInspection } from '@mlops-actions/model-files';

type Validation = NonNullable<ResolvedManifest['validation']>;

/** What of the budgets in model.yaml the model exceeds. A number that no file tells cannot be within it. */
export function checkBudget(inspection: ModelInspection, validation: Validation): Finding[] {
  const findings: Finding[] = [];
  const over = (message: string, symbol: string): void => {
    findings.push({ rule: 'MV704', severity: ruleOf('MV704').severity, message, location: { path: '.', symbol } });
  };
  const { 'max-size-mib': maxSize, 'max-parameters': maxParameters } = validation;
  const size = inspection.files.reduce((sum, file) => sum + file.size, 0) / 2 ** 20;
  if (maxSize !== undefined && size > maxSize) {
    over(`The model has ${size.toFixed(1)} MiB, ${maxSize} MiB are allowed`, 'max-size-mib');
  }
  if (maxParameters !== undefined) {
    const known = inspection.files.flatMap(({ facts }) => facts.parameters ?? []);
    const parameters = known.reduce((sum, number) => sum + number, 0);
    if (known.length === 0) over('No file of the model tells how many parameters it has', 'max-parameters');
    else if (parameters > maxParameters) {
      over(`The model has ${count(parameters, 'parameter')}, ${maxParameters} are allowed`, 'max-parameters');
    }
  }
  return findings;
}
