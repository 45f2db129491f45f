import { field, isObject, listField, textField } from '../json.ts';

/** The lines of a task's log, from the plain text of Airflow 2 or the records of Airflow 3. */
export function logLines(text: string): string[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return lines(text);
  }
  const content = field(answer, 'content');
  if (typeof content === 'string') return lines(content);
  return listField(answer, 'content').flatMap(recordLines);
}

const lines = (text: string): string[] => text.trimEnd().split('\n');

function recordLines(record: unknown): string[] {
  if (typeof record === 'string') return lines(record);
  if (!isObject(record)) return [];
  const event = textField(record, 'event') ?? '';
  // Groups are for the pages of Airflow.
  if (event.startsWith('::group::') || event.startsWith('::endgroup::')) return [];
  const head = [textField(record, 'timestamp'), textField(record, 'level')].filter((part) => part !== undefined);
  const problems = listField(record, 'error_detail').map(
    (detail) => `${textField(detail, 'exc_type') ?? 'Error'}: ${textField(detail, 'exc_value') ?? ''}`,
  );
  return [[...head, event].join(' '), ...problems].filter((line) => line !== '');
}
