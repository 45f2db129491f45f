import { scanTar } from './archives/tar.ts';
import { scanCatboost } from './formats/catboost.ts';
import { scanCoreMl } from './formats/coreml.ts';
import { scanGguf } from './formats/gguf.ts';
import { scanHdf5 } from './formats/hdf5.ts';
import { scanLightGbm } from './formats/lightgbm.ts';
import { scanNpy } from './formats/npy.ts';
import { scanOnnx } from './formats/onnx.ts';
import { scanSafetensors } from './formats/safetensors.ts';
import { scanGraphDef, scanGraphText, scanSavedModel } from './formats/tensorflow.ts';
import { scanTflite } from './formats/tflite.ts';
import { scanXgboostUbj } from './formats/xgboost.ts';
import { scanJson, scanMlflow, scanPlainText, scanPython, scanShell, scanXml } from './formats/text.ts';
import { scanPickles } from './pickle/scan.ts';
import { reviewCompressed, reviewZip } from './containers.ts';
import { formatInfo, type Format } from './formats.ts';
import type { Scope } from './scope.ts';
import type { ByteSource } from './source.ts';

/** Reviews a source as the given format. Returns what it turned out to be on a closer look. */
export async function scanAs(format: Format, source: ByteSource, name: string, scope: Scope): Promise<Format> {
  switch (format) {
    case 'pickle':
      return scanPickles(source, scope);
    case 'zip':
      return reviewZip(source, scope);
    case 'tar':
      await scanTar(source, scope);
      return format;
    case 'gzip':
    case 'zlib':
    case 'zstd':
    case 'bzip2':
    case 'xz':
    case 'lz4':
      return reviewCompressed(format, source, name, scope);
    case 'npy':
      await scanNpy(source, scope);
      return format;
    case 'safetensors':
      scanSafetensors(source, scope);
      return format;
    case 'onnx':
      scanOnnx(source, scope, name);
      return format;
    case 'tensorflow-savedmodel':
      scanSavedModel(source, scope, name);
      return format;
    case 'tensorflow-graph':
      scanGraphDef(source, scope);
      return format;
    case 'tensorflow-text':
      scanGraphText(source, scope);
      return format;
    case 'coreml':
      scanCoreMl(source, scope, name);
      return format;
    case 'hdf5':
      scanHdf5(source, scope);
      return format;
    case 'lightgbm':
      scanLightGbm(source, scope);
      return format;
    case 'gguf':
      scanGguf(source, scope);
      return format;
    case 'json':
      return scanJson(source, scope, name);
    case 'pmml':
    case 'xml':
      scanXml(source, scope, format === 'pmml');
      return format;
    case 'mlflow':
      scanMlflow(source, scope);
      return format;
    case 'python':
      scanPython(source, scope);
      return format;
    case 'shell':
      scanShell(source, scope);
      return format;
    case 'text':
      scanPlainText(source, scope, name);
      return format;
    case 'native':
      scope.report('MV310', 'The file is a program, a native library or bytecode');
      return format;
    case '7z':
    case 'rar':
    case 'archive':
      scope.report('MV208', `The content is ${formatInfo(format).title}, which cannot be opened here`);
      return format;
    case 'lfs-pointer':
      scope.report('MV910', 'The file is a Git LFS pointer, its content is not here');
      return format;
    case 'unknown':
      scope.report('MV903', `The content is of no known format (${source.size} bytes)`);
      return format;
    case 'xgboost-ubj':
      scanXgboostUbj(source, scope);
      return format;
    case 'catboost':
      scanCatboost(source, scope);
      return format;
    case 'tflite':
      scanTflite(source, scope);
      return format;
    case 'tensorflow-checkpoint':
    case 'pdf':
    case 'table':
      scope.report('MV901', `Not scanned deeply: ${formatInfo(format).title}`);
      return format;
    // Recognised by what they hold, within the formats above; or nothing to review.
    case 'joblib':
    case 'pytorch':
    case 'pytorch-legacy':
    case 'torchscript':
    case 'npz':
    case 'keras':
    case 'xgboost-json':
    case 'skops':
    case 'image':
    case 'empty':
    case 'external-data':
      return format;
  }
}
