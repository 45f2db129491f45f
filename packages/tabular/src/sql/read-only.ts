import { UserError } from '@mlops-actions/action-kit';

/** Words by which GoogleSQL changes something, starts a script or leaves the warehouse, wherever they stand bare. */
const FORBIDDEN = new Set(
  (
    'INSERT UPDATE DELETE MERGE TRUNCATE CREATE DROP ALTER UNDROP GRANT REVOKE EXPORT ' +
    'CALL EXECUTE BEGIN DECLARE ASSERT EXTERNAL_QUERY'
  ).split(' '),
);

/** Function families that cost by the call, or send rows to a model or elsewhere. */
const FORBIDDEN_FAMILIES = new Set(['ML', 'AI', 'OBJ']);

/**
 * Checks that a text is one query of GoogleSQL and nothing else: `SELECT` or `WITH`, one statement, no DDL, DML, scripting, export or call. It
 * is the first of two guards; the second is BigQuery's own word for the statement in a dry run.
 *
 * The text is split into tokens as GoogleSQL does it, so that nothing hides in a comment or a quoted text, nor is taken for a word there.
 *
 * @throws UserError naming the word that is not allowed
 */
export function assertReadOnly(sql: string): void {
  const tokens = tokenize(sql);
  while (tokens.at(-1)?.text === ';') tokens.pop();
  const first = tokens.find(({ text }) => text !== '(');
  if (first === undefined) throw refused('it is empty');
  if (!(first.kind === 'word' && /^(?:select|with)$/i.test(first.text))) {
    throw refused(`it begins with '${shown(first.text)}', not with SELECT or WITH`);
  }
  tokens.forEach((token, index) => {
    if (token.text === ';') throw refused('it is more than one statement');
    if (token.kind !== 'word') return;
    // A column may be called like a forbidden word, as `t.update`.
    const qualified = tokens[index - 1]?.text === '.';
    const word = token.text.toUpperCase();
    if (FORBIDDEN.has(word) && !qualified) throw refused(`it says ${word}`);
    const calls = tokens[index + 1]?.text === '.' || tokens[index + 1]?.text === '(';
    if (FORBIDDEN_FAMILIES.has(word) && !qualified && calls) throw refused(`it calls ${word}`);
  });
}

interface Token {
  kind: 'word' | 'quoted' | 'symbol';
  text: string;
}

const SPACE = /\s+/y;
const COMMENT = /(?:--|#)[^\n\r]*|\/\*[^]*?\*\//y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const PREFIX = /^(?:r|b|rb|br)$/i;

function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    return pattern.exec(sql)?.[0];
  };
  while (position < sql.length) {
    const skipped = take(SPACE) ?? take(COMMENT);
    if (skipped !== undefined) {
      position += skipped.length;
      continue;
    }
    if (sql.startsWith('/*', position)) throw refused('a comment is not closed');
    const word = take(WORD);
    const quoteAt = position + (word?.length ?? 0);
    if (/['"`]/.test(sql[quoteAt] ?? '') && (word === undefined || (PREFIX.test(word) && sql[quoteAt] !== '`'))) {
      const end = endOfQuoted(sql, quoteAt, word !== undefined && /r/i.test(word));
      tokens.push({ kind: 'quoted', text: sql.slice(position, end) });
      position = end;
    } else {
      const text = word ?? String.fromCodePoint(sql.codePointAt(position)!);
      tokens.push({ kind: word === undefined ? 'symbol' : 'word', text });
      position += text.length;
    }
  }
  return tokens;
}

/** Where a quoted text or identifier that begins at `start` ends. A backslash takes the next character with it, also in raw texts. */
function endOfQuoted(sql: string, start: number, raw: boolean): number {
  const quote = sql[start]!;
  const triple = quote !== '`' && sql.startsWith(quote.repeat(3), start);
  const fence = triple ? quote.repeat(3) : quote;
  for (let position = start + fence.length; position < sql.length; position++) {
    if (sql.startsWith(fence, position)) return position + fence.length;
    if (sql[position] === '\\') position++;
    else if (!triple && /[\n\r]/.test(sql[position]!)) break;
  }
  throw refused(`a ${raw ? 'raw ' : ''}quoted text is not closed`);
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

const refused = (why: string): UserError =>
  new UserError(`The SQL of a rule may only read, and ${why}.`, {
    fix: 'Write one SELECT that gives one value; quote columns of such names with backticks.',
  });
