import { Cursor } from '../cursor.ts';
import { readBytes, type ByteSource } from '../source.ts';
import { standingOf } from './allowlist.ts';
import { PickleError, type PickleListener } from './listener.ts';
import { PickleMachine } from './machine.ts';
import { python3Name } from './python2.ts';
import { GlobalValue, type Value } from './values.ts';

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * True if a pickle machine that is given these bytes would do something. Text and other formats may begin with opcodes by chance; what tells is
 * a call, an import that reaches STOP, or the import of a name that is known for good or ill.
 *
 * @param complete take a stream that does neither, but runs to its STOP at the source's end, for a pickle too
 */
export function looksLikePickle(source: ByteSource, complete: boolean): boolean {
  const [first] = readBytes(source, 0, 1);
  // What no pickle can begin with is most of what comes along.
  if (
    first === undefined ||
    !'(c]})lIFLSUVTKMJNGXBC\x80\x8a\x8b\x8c\x8d\x8e\x88\x89\x8f\x95\x96'.includes(String.fromCharCode(first))
  ) {
    return false;
  }
  const cursor = new Cursor(source);
  const sniffer = new Sniffer();
  const end = new PickleMachine(cursor, sniffer).run();
  // What cannot be followed to its end may act behind it: the review says so.
  if (sniffer.acts || end.how === 'limit') return true;
  // An import alone runs the code of its module.
  return end.how === 'stop' && (sniffer.imports || (complete && cursor.remaining === 0 && source.size > 2));
}

/** Stops at the first thing that only a pickle does. */
class Sniffer implements PickleListener {
  acts = false;
  /** It names something that could be a module, known or not. */
  imports = false;

  global(module: string | undefined, name: string | undefined, offset: number, protocol: number): GlobalValue {
    const [module3, name3] = python3Name(module ?? '', name ?? '', protocol);
    const standing = standingOf(module3, name3, NO_NAMES);
    if (standing.use !== 'unlisted') this.#stop();
    if (/^[A-Za-z_][\w.]*$/.test(module3)) this.imports = true;
    return new GlobalValue(module3, name3, standing, offset);
  }
  call(): void {
    this.#stop();
  }
  build(target: Value): Value {
    return target;
  }
  mutate(): void {}
  data(): void {}
  extension(): void {
    this.#stop();
  }
  persistent(): never {
    throw new PickleError('no loader is known');
  }
  oddity(): void {}

  #stop(): never {
    this.acts = true;
    throw new PickleError('seen enough');
  }
}
