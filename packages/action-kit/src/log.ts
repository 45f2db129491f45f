import * as core from '@actions/core';
import { escapeLog } from './text.ts';

/** Where an annotation points to. */
export interface AnnotationPlace {
  /** Short heading of the annotation. */
  title?: string;
  /** Path relative to the repository's root. */
  file?: string;
  /** Line, from 1. */
  line?: number;
}

/** The runner's log. Everything that goes through it is escaped, so that no text can be taken for a workflow command. */
export const log = {
  info(line: string): void {
    core.info(escapeLog(line));
  },
  debug(line: string): void {
    core.debug(escapeLog(line));
  },
  notice(line: string, place: AnnotationPlace = {}): void {
    core.notice(escapeLog(line), properties(place));
  },
  warning(line: string, place: AnnotationPlace = {}): void {
    core.warning(escapeLog(line), properties(place));
  },
  error(line: string, place: AnnotationPlace = {}): void {
    core.error(escapeLog(line), properties(place));
  },
  /** Runs `body` with its lines folded under `title`. */
  async group<T>(title: string, body: () => Promise<T>): Promise<T> {
    core.startGroup(escapeLog(title));
    try {
      return await body();
    } finally {
      core.endGroup();
    }
  },
  /** Masks a secret in every later line. Call it before the secret can reach the log. */
  mask(secret: string): void {
    if (secret !== '') core.setSecret(secret);
  },
};

function properties(place: AnnotationPlace): core.AnnotationProperties {
  return {
    ...(place.title !== undefined && { title: escapeLog(place.title) }),
    ...(place.file !== undefined && { file: escapeLog(place.file) }),
    ...(place.line !== undefined && { startLine: place.line }),
  };
}
