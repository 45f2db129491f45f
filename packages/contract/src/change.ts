/**
 * What a change of a contract means to those who read the data. `breaking`: they were promised something that is promised no more. `compatible`: they
 * are promised at least as much. `editorial`: nothing that is promised changed.
 */
export type Impact = 'breaking' | 'compatible' | 'editorial';

export interface Change {
  impact: Impact;
  /** `applications.savings`, or empty for the contract itself. */
  subject: string;
  /** One sentence without its subject: `may be missing now`. */
  what: string;
  /** Where it stands in the new contract, or, if it is gone, in the old one. */
  place: string;
}

/** Takes down a change. */
export type Add = (impact: Impact, subject: string, what: string, place: string) => void;
