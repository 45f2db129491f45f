/** One input or output as a model's file describes it. */
export interface Port {
  name: string;
  /** Element type in the file's own words (`tensor(float)`, `float32`); `undefined` where the file does not say. */
  type?: string | undefined;
  /** Dimensions; a number, or a name or `?` for one that may vary. */
  shape?: (number | string)[] | undefined;
}

/** A tensor that a file stores. */
export interface TensorFact {
  name: string;
  dtype: string;
  shape: number[];
}

/** What one file says about the model, beside what was found wrong. Empty fields are absent. */
export interface FileFacts {
  /** Inputs in order, as far as the file tells. */
  inputs?: Port[];
  outputs?: Port[];
  /** Names of features in a table's order (LightGBM, XGBoost, scikit-learn). */
  featureNames?: string[];
  featureCount?: number;
  /** Operator sets of an ONNX model by domain; the standard domain is `ai.onnx`. */
  opsets?: Record<string, number>;
  /** Number of stored tensors and of the numbers in them. */
  tensors?: TensorFact[];
  tensorCount?: number;
  parameters?: number;
  /** Tensors whose numbers were read. */
  tensorsRead?: number;
  /** Library and version that wrote the file. */
  producer?: string;
  /** Classes and functions that a pickle imports. */
  imports?: string[];
}
