/** Something that is about to happen, and waits for its turn. */
export interface Turn {
  /** A call that has come in and has done nothing yet, or the end of an operation whose work is done. */
  kind: 'call' | 'operation';
  /** `UpdateEndpoint`. */
  method: string;
  /** Of a call: the address by which its client knows the emulator, so that two clients can be told apart. Of an operation: its resource. */
  by: string;
}

/** Lets a turn go on when the promise is kept. A test that keeps them one by one decides how clients and operations interleave. */
export type Schedule = (turn: Turn) => Promise<void>;

/** The schedule of the moment; without one, everything happens when it comes. */
export class Turns {
  schedule: Schedule | undefined;

  async wait(turn: Turn): Promise<void> {
    await this.schedule?.(turn);
  }
}
