import { isScalar, parseDocument, visit } from 'yaml';

/**
 * The same YAML with every text of several lines that holds an expression written as one quoted line, and blank lines after it so that all
 * else keeps its line number.
 *
 * GitHub's published parser is made for editors: of a text of several lines it takes the source, indentation and all, to know where
 * its expressions stand. To run the workflow its value is needed.
 */
export function withSingleLineTemplates(content: string): string {
  const document = parseDocument(content);
  if (document.errors.length > 0) return content;
  const replacements: { start: number; end: number; text: string }[] = [];
  visit(document, (_key, node) => {
    if (!isScalar(node) || typeof node.value !== 'string' || !node.value.includes('${{') || !node.range) return;
    const [start, end] = node.range;
    const lineBreaks = content.slice(start, end).split('\n').length - 1;
    if (lineBreaks > 0) {
      replacements.push({ start, end, text: JSON.stringify(node.value) + '\n'.repeat(lineBreaks) });
    }
  });
  return replacements.reduceRight(
    (text, { start, end, text: replacement }) => text.slice(0, start) + replacement + text.slice(end),
    content,
  );
}
