import type { parquetSchema } from 'hyparquet';
import type { ValueType } from './cells.ts';

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ValueType;
  /** As people call it: `INT64`, `DECIMAL(18, 4)`. */
  readonly shown: string;
  /** Decimals after the point, of a decimal. */
  readonly scale: number;
  /** Whether there may be no value. */
  readonly optional: boolean;
  /** How its values lie in pages, where they can be read straight into doubles or codes. */
  readonly reading: 'double' | 'float' | 'int32' | 'uint32' | 'int64' | 'texts' | undefined;
  /** What they are multiplied with and divided by to be what they mean. */
  readonly factor: number;
  readonly divisor: number;
  /** The nodes of the schema that lead to it. */
  readonly path: readonly SchemaNode[];
}

/** A node of the schema, with its children. */
export type SchemaNode = ReturnType<typeof parquetSchema>;

/** What the schema says of a column. */
export function columnOf(root: SchemaNode, node: SchemaNode): ParquetColumn {
  const { element, children } = node;
  const { name, type, converted_type: converted, logical_type: logical, scale = 0 } = element;
  const plainType = (): ValueType => {
    if (children.length > 0 || element.repetition_type === 'REPEATED') return 'other';
    if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'decimal';
    if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
    if (converted?.startsWith('TIMESTAMP') === true || logical?.type === 'TIMESTAMP') return 'timestamp';
    if (converted?.startsWith('TIME') === true || logical?.type === 'TIME') return 'time';
    if (converted === 'INTERVAL' || converted === 'BSON') return 'other';
    switch (type) {
      case 'BOOLEAN':
        return 'boolean';
      case 'INT32':
      case 'INT64':
        return 'integer';
      case 'FLOAT':
      case 'DOUBLE':
        return 'float';
      case 'INT96':
        return 'timestamp';
      case 'BYTE_ARRAY':
        return 'text';
      case 'FIXED_LEN_BYTE_ARRAY':
        return logical?.type === 'UUID' ? 'text' : logical?.type === 'FLOAT16' ? 'float' : 'other';
      default:
        return 'other';
    }
  };
  const is = plainType();
  const shown = is === 'other' ? 'nested or binary' : (logical?.type ?? converted ?? type ?? 'nested');
  return {
    name,
    type: is,
    shown,
    scale,
    optional: element.repetition_type === 'OPTIONAL',
    path: [root, node],
    ...straightReading(element, is),
  };
}

/** How a column's values can be read without the general decoder. */
function straightReading(
  { type, converted_type: converted, logical_type: logical, scale = 0 }: SchemaNode['element'],
  is: ValueType,
): Pick<ParquetColumn, 'reading' | 'factor' | 'divisor'> {
  const plainly = { factor: 1, divisor: 1 };
  const none = { ...plainly, reading: undefined };
  if (type === 'BYTE_ARRAY')
    return { ...plainly, reading: is === 'text' && converted !== 'JSON' ? 'texts' : undefined };
  if (type === 'DOUBLE') return { ...plainly, reading: 'double' };
  if (type === 'FLOAT') return { ...plainly, reading: 'float' };
  if (type !== 'INT32' && type !== 'INT64') return none;
  const unsigned = converted?.startsWith('UINT') === true || (logical?.type === 'INTEGER' && !logical.isSigned);
  if (unsigned && type === 'INT64') return none;
  const reading = type === 'INT64' ? 'int64' : unsigned ? 'uint32' : 'int32';
  switch (is) {
    case 'integer':
      return { ...plainly, reading };
    case 'decimal':
      return scale <= 22 ? { reading, factor: 1, divisor: 10 ** scale } : none;
    case 'date':
      return { reading, factor: 86_400_000, divisor: 1 };
    case 'timestamp': {
      const unit = logical?.type === 'TIMESTAMP' ? logical.unit : undefined;
      // Microseconds before 1684 and after 2255 do not fit into a double.
      return converted === 'TIMESTAMP_MILLIS' || unit === 'MILLIS' ? { ...plainly, reading } : none;
    }
    default:
      return none;
  }
}
