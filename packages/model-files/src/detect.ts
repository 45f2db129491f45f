import { isTar } from './archives/tar.ts';
import { findZipEnd } from './archives/zip-directory.ts';
import type { Format } from './formats.ts';
import { isCoreMl } from './formats/coreml.ts';
import { isLightGbmText } from './formats/lightgbm.ts';
import { isOnnx } from './formats/onnx.ts';
import { isSafetensors } from './formats/safetensors.ts';
import { isGraphDef, isGraphText, isMetaGraph, isSavedModel } from './formats/tensorflow.ts';
import { isXgboostUbj } from './formats/xgboost.ts';
import { looksLikePickle } from './pickle/sniff.ts';
import { readBytes, type ByteSource } from './source.ts';

/** What a file's content says it is. A file may be valid in more than one format. */
export interface Detected {
  format: Format;
  /** A pickle machine would run the file's beginning, whatever else it is. */
  alsoPickle: boolean;
  /** A zip reader would open the file's end, whatever else it is. */
  alsoZip: boolean;
}

const HEAD = 4096;

/** Formats by their first bytes, in hexadecimal, with the offset. */
const MAGIC: readonly (readonly [format: Format, hex: string, offset?: number])[] = [
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['npy', '934e554d5059'],
  ['hdf5', '894844460d0a1a0a'],
  ['gzip', '1f8b'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['xz', '5d0000'],
  ['lz4', '04224d18'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['archive', '4d534346'], // cab
  ['archive', '213c617263683e0a'], // ar
  ['archive', '303730373031'], // cpio
  ['archive', '303730373032'],
  ['archive', '303730373037'],
  ['archive', '1f9d'], // compress
  ['archive', '1fa0'], // pack
  ['archive', '4c5a4950'], // lzip
  ['archive', '894c5a4f000d0a1a0a'], // lzop
  ['archive', 'ff060000734e61507059'], // framed Snappy
  ['archive', '68737173'], // SquashFS
  ['archive', '78617221'], // xar
  ['archive', '60ea'], // ARJ
  ['archive', '4344303031', 32_769], // ISO 9660
  ['gguf', '47475546'],
  ['catboost', '43424d31'],
  ['tflite', '54464c33', 4],
  ['native', '7f454c46'],
  ['native', '4d5a'],
  ['native', 'feedface'],
  ['native', 'feedfacf'],
  ['native', 'cefaedfe'],
  ['native', 'cffaedfe'],
  ['native', 'cafebabe'],
  ['native', '0061736d'],
  ['native', '0d0d0a', 1],
  ['native', '0d0a', 2],
  ['image', '89504e470d0a1a0a'],
  ['image', 'ffd8ff'],
  ['image', '47494638'],
  ['image', '57454250', 8],
  ['pdf', '255044462d'],
  ['table', '50415231'],
  ['table', '4152524f5731'],
];

/** Finds out what a file is by its content. Its name is a hint only where text can be anything. */
export function detect(source: ByteSource, name: string): Detected {
  if (source.size === 0) return { format: 'empty', alsoPickle: false, alsoZip: false };
  const format = formatOf(source, name);
  const isPickle = format === 'pickle';
  return {
    format,
    alsoPickle: !isPickle && looksLikePickle(source, false),
    alsoZip: format !== 'zip' && findZipEnd(source) !== undefined,
  };
}

function formatOf(source: ByteSource, name: string): Format {
  const head = readBytes(source, 0, HEAD);
  if (head[0] === 0x80 && head[1] !== undefined && head[1] <= 5) return 'pickle';
  for (const [format, hex, offset = 0] of MAGIC) {
    const magic = Buffer.from(hex, 'hex');
    const place =
      offset < HEAD ? head.subarray(offset, offset + magic.length) : readBytes(source, offset, magic.length);
    if (!place.equals(magic)) continue;
    // Two bytes alone are no proof: text may begin so.
    if (
      (hex.length > 6 || !isText(head)) &&
      (hex.length > 4 || format === 'gzip' || format === 'archive' || isProgram(head, hex))
    )
      return format;
  }
  if (isTar(source)) return 'tar';
  if (isZlib(head)) return 'zlib';
  if (isSafetensors(source)) return 'safetensors';
  if (isTensorFlowIndex(source)) return 'tensorflow-checkpoint';
  if (isXgboostUbj(source) && !isText(head)) return 'xgboost-ubj';
  if (isText(head)) return textFormat(source, head.toString('utf8'), name);
  if (isOnnx(source)) return 'onnx';
  if (isSavedModel(source)) return 'tensorflow-savedmodel';
  if (isGraphDef(source) || isMetaGraph(source)) return 'tensorflow-graph';
  if (isCoreMl(source)) return 'coreml';
  if (looksLikePickle(source, true)) return 'pickle';
  return 'unknown';
}

/** DOS programs say where their second header is; Python bytecode has a version and a line end. */
function isProgram(head: Buffer, hex: string): boolean {
  if (hex === '4d5a') return head.length >= 64 && head.readUInt32LE(60) < 1 << 20;
  return hex === '0d0a' && head.length >= 16 && head[1]! >= 0x0b && head[1]! <= 0x10;
}

function isZlib(head: Buffer): boolean {
  return (
    head.length > 6 &&
    (head[0]! & 0x0f) === 8 &&
    head[0]! >> 4 <= 7 &&
    (head[1]! & 0x20) === 0 &&
    head.readUInt16BE(0) % 31 === 0
  );
}

/** A LevelDB table, which is how TensorFlow keeps the index of its variables. */
function isTensorFlowIndex(source: ByteSource): boolean {
  return source.size > 48 && readBytes(source, source.size - 8, 8).toString('hex') === '57fb808b247547db';
}

/** Valid UTF-8 without control characters, save at a cut. */
function isText(head: Buffer): boolean {
  for (const byte of head)
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function textFormat(source: ByteSource, head: string, name: string): Format {
  const text = head.replace(/^\ufeff/, '');
  if (text.startsWith('version https://git-lfs.github.com/spec/')) return 'lfs-pointer';
  if (isLightGbmText(source)) return 'lightgbm';
  if (isGraphText(text)) return 'tensorflow-text';
  if (/^#!.*python/.test(text)) return 'python';
  if (text.startsWith('#!')) return 'shell';
  if (/^\s*</.test(text)) return /<(\w+:)?PMML\b/.test(text) ? 'pmml' : /^\s*<(\?xml|!|\w)/.test(text) ? 'xml' : 'text';
  // Text may import without a call, and nobody can tell; what is called a pickle is taken for one.
  if (looksLikePickle(source, true) || /\.(pkl|pickle|p|dill|joblib|pt|pth)$/i.test(name)) return 'pickle';
  if (/^\s*[{[]/.test(text)) return 'json';
  if (/^\s*["']?flavors["']?\s*:/m.test(text)) return 'mlflow';
  if (/\.pyw?i?$/i.test(name) || isPython(text)) return 'python';
  if (/\.(sh|bash|zsh|ps1|bat|cmd|command)$/i.test(name)) return 'shell';
  return 'text';
}

const STATEMENT = /^(import [\w.]+|from [\w.]+ import |def \w+\(|class \w+|@\w|exec\(|eval\()/m;
const TOP_LEVEL =
  /^(import|from|def|class|if|elif|else|for|while|try|except|finally|with|return|raise|assert|async|pass|global|del)\b|^[@#)\]}"'(]|^[\w.[\]'",* ]+\s*([-+*/|&]?=|\(|:)/;

/** At least one statement that prose does not have, and hardly a line that is none: a README with an example is no program. */
function isPython(text: string): boolean {
  if (!STATEMENT.test(text)) return false;
  const lines = text.split('\n').filter((line) => /^\S/.test(line));
  return lines.filter((line) => TOP_LEVEL.test(line)).length >= lines.length * 0.9;
}
