import { Answer } from './answers.ts';
import { LOGGING } from './apis.ts';
import type { GoogleClient } from './client.ts';
import type { Permission } from './errors.ts';

const NEEDS: Permission = { permission: 'logging.logEntries.list', role: 'roles/logging.viewer', on: 'the project' };

export interface LogQuery {
  project: string;
  /** In Cloud Logging's query language; texts from outside go through {@link filterText}. */
  filter: string;
  /** How many entries at most, the newest ones. Default 50, at most 1000. */
  lines?: number;
  signal?: AbortSignal | undefined;
}

/** One entry of a log. What it says comes from outside: escape it where it is shown. */
export interface LogLine {
  /** RFC 3339. */
  timestamp: string;
  severity: string;
  text: string;
}

/** The end of a log, oldest entry first. */
export async function tailLog(client: GoogleClient, query: LogQuery): Promise<LogLine[]> {
  const { project, filter, lines = 50, signal } = query;
  if (!(Number.isInteger(lines) && lines >= 1 && lines <= 1000)) throw new RangeError('lines is from 1 to 1000');
  const entries: LogLine[] = [];
  let pageToken: string | undefined;
  do {
    const answer = new Answer(
      LOGGING.name,
      await client.call({
        api: LOGGING,
        method: 'POST',
        path: '/v2/entries:list',
        json: {
          resourceNames: [`projects/${project}`],
          filter,
          orderBy: 'timestamp desc',
          pageSize: lines - entries.length,
          ...(pageToken !== undefined && { pageToken }),
        },
        what: `read the log of the project ${project}`,
        needs: NEEDS,
        repeatable: true,
        signal,
      }),
    );
    entries.push(...answer.objects('entries').map(logLine));
    pageToken = answer.optionalText('nextPageToken') || undefined;
  } while (pageToken !== undefined && entries.length < lines);
  return entries.slice(0, lines).reverse();
}

function logLine(entry: Answer): LogLine {
  return {
    timestamp: entry.optionalText('timestamp') ?? '',
    severity: entry.optionalText('severity') ?? 'DEFAULT',
    text: textOf(entry),
  };
}

function textOf(entry: Answer): string {
  const text = entry.raw('textPayload');
  if (typeof text === 'string') return text;
  const payload: unknown = entry.raw('jsonPayload') ?? entry.raw('protoPayload') ?? null;
  const message = (payload as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : JSON.stringify(payload);
}

/** A text as a literal of the filter languages of Cloud Logging and Cloud Monitoring. */
export function filterText(text: string): string {
  return JSON.stringify(text);
}
