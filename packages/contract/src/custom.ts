import { closest } from '@mlops-actions/action-kit';
import { DRIFT_METRICS } from '@mlops-actions/drift';
import { readDocument, show, type Field } from './document.ts';
import type { QualityDemand } from './model.ts';

/** The engine name under which this project's own rules stand in a contract. */
export const OWN_ENGINE = 'mlops-actions';

/**
 * Reads a rule of `type: custom`. Ours compare with the reference profile:
 * at a property `{ metric: psi, threshold: 0.2, minimumRows: 1000 }`; at an object `{ metric: drift }` for every column that
 * the profile has, with the usual thresholds, or `{ metric: volume, minimumRatio: 0.5, maximumRatio: 2 }`.
 */
export function parseCustom(field: Field, level: 'property' | 'object'): QualityDemand {
  const engine = field.get('engine').requiredText();
  if (engine !== OWN_ENGINE) return { type: 'foreign', engine };
  const written = field.get('implementation');
  if (!written.isSet) written.complain('must be set');
  const rule = typeof written.value === 'string' ? within(written, written.value) : written;
  const metric = rule.get('metric').requiredText();
  if (level === 'object') return parseObjectRule(rule, metric);
  const known = [...DRIFT_METRICS.keys()].find((name) => name === metric);
  if (known === undefined) {
    const near = closest(metric, DRIFT_METRICS.keys());
    return rule
      .get('metric')
      .complain(
        `must be one of ${[...DRIFT_METRICS.keys()].join(', ')}, not ${show(metric)}`,
        near === undefined ? undefined : `Did you mean '${near}'?`,
      );
  }
  only(rule, ['metric', 'threshold', 'minimumRows']);
  return {
    type: 'drift',
    metric: known,
    threshold: rule.get('threshold').number({ minimum: 0 }),
    minimumRows: rule.get('minimumRows').number({ whole: true, minimum: 1 }),
  };
}

function parseObjectRule(rule: Field, metric: string): QualityDemand {
  if (metric === 'drift') {
    only(rule, ['metric', 'minimumRows']);
    return { type: 'drift-defaults', minimumRows: rule.get('minimumRows').number({ whole: true, minimum: 1 }) };
  }
  if (metric !== 'volume') return rule.get('metric').complain(`must be drift or volume here, not ${show(metric)}`);
  only(rule, ['metric', 'minimumRatio', 'maximumRatio']);
  const minimumRatio = rule.get('minimumRatio').number({ minimum: 0 });
  const maximumRatio = rule.get('maximumRatio').number({ minimum: 0 });
  if (minimumRatio === undefined && maximumRatio === undefined) {
    return rule.complain('must have minimumRatio or maximumRatio');
  }
  if (minimumRatio !== undefined && maximumRatio !== undefined && minimumRatio > maximumRatio) {
    return rule.complain('has a minimumRatio above its maximumRatio');
  }
  return { type: 'volume', minimumRatio, maximumRatio };
}

function only(rule: Field, known: readonly string[]): void {
  for (const key of rule.keys()) {
    if (known.includes(key)) continue;
    const near = closest(key, known);
    rule.complain(
      `has the unknown key '${key}'`,
      near === undefined ? `It may have ${known.join(', ')}.` : `Did you mean '${near}'?`,
    );
  }
}

/** The standard lets an implementation be a text; it is read as YAML of its own. */
function within(field: Field, text: string): Field {
  const rule = readDocument(text, `${field.source.file}, ${field.place}`);
  return rule.value instanceof Map ? rule : field.complain(`must be a mapping, not ${show(text)}`);
}
