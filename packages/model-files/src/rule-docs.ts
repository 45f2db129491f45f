import { FORMAT_IDS, formatInfo, type Treatment } from './formats.ts';
import { ALLOWLIST_VERSIONS } from './pickle/allowlist.ts';
import { RULE_IDS, ruleOf, type RuleId } from './rules.ts';

/** Anchor of a rule on the page that {@link renderRuleDocs} makes. */
export const ruleAnchor = (id: RuleId): string => id.toLowerCase();

const TREATMENTS: Record<Treatment, string> = {
  deep: 'reviewed',
  shallow: 'recognised, not reviewed in depth',
  refused: 'refused',
};

/** The reference page of validate-model: formats, allowlists, and every rule with an example. */
export function renderRuleDocs(): string {
  const formats = FORMAT_IDS.map((id) => {
    const { title, treatment, review } = formatInfo(id);
    return `| \`${id}\` | ${title} | ${TREATMENTS[treatment]} | ${review} |`;
  });
  const rules = RULE_IDS.map((id) => {
    const { name, severity, title, help, fix, example, cwe } = ruleOf(id);
    const weakness = cwe === undefined ? '' : ` · [CWE-${cwe}](https://cwe.mitre.org/data/definitions/${cwe}.html)`;
    return [
      `<a id="${ruleAnchor(id)}"></a>`,
      `### ${id} ${name}`,
      `${title}. **${severity}**${weakness}`,
      help,
      `Example: ${example}`,
      `What to do: ${fix}`,
    ].join('\n\n');
  });
  return `${[
    '# Rules of validate-model',
    '<!-- Generated from packages/model-files/src by `npm run generate`. Do not edit. -->',
    'Severities: an **error** fails the step by default, a **warning** does with `fail-on: warning`, a **note** never does.',
    '## Formats',
    'Formats are recognised by content. The identifiers are what `formats` takes.',
    ['| identifier | format | treatment | what is done |', '| --- | --- | --- | --- |', ...formats].join('\n'),
    '## Allowlists',
    `Pickles may import what the frameworks themselves save. The lists were made from ${ALLOWLIST_VERSIONS.join(', ')}, and by hand for Python's built-in types, NumPy's and pandas' inner workings and joblib. Names of your own go into \`validation.allow\`.`,
    '## Rules',
    ...rules,
  ].join('\n\n')}\n`;
}
