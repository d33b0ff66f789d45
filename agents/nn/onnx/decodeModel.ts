/** Bytes of an ONNX model back as plain data: of the models that `model.ts` writes, and no others. */

import { InputError } from '../../../core/errors.ts';
import type { DType, Dim } from '../tensor.ts';
import {
  ONNX_DTYPE,
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from './model.ts';
import { readProtobuf, type ProtobufField } from './protobufReader.ts';

/** The inverse of `encodeModel`. @throws InputError when the bytes are no model, or say more than ours do */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const graph = new Fields(readProtobuf(bytes)).message(7);
  return {
    nodes: graph.messages(1).map(readNode),
    initializers: graph.messages(5).map(readInitializer),
    inputs: graph.messages(11).map(readValue),
    outputs: graph.messages(12).map(readValue),
  };
}

const textDecoder = new TextDecoder();

/** The fields of one message, by number. */
class Fields {
  readonly #fields: readonly ProtobufField[];

  constructor(fields: readonly ProtobufField[]) {
    this.#fields = fields;
  }

  has(field: number): boolean {
    return this.#fields.some((found) => found.field === field);
  }

  numbers(field: number): number[] {
    return this.#fields.flatMap((found) =>
      found.field === field && found.kind === 'number' ? [Number(found.number)] : [],
    );
  }

  bytes(field: number): Uint8Array[] {
    return this.#fields.flatMap((found) => (found.field === field && found.kind === 'bytes' ? [found.bytes] : []));
  }

  strings(field: number): string[] {
    return this.bytes(field).map((bytes) => textDecoder.decode(bytes));
  }

  messages(field: number): Fields[] {
    return this.bytes(field).map((bytes) => new Fields(readProtobuf(bytes)));
  }

  number(field: number): number {
    return only(this.numbers(field), field);
  }

  string(field: number): string {
    return only(this.strings(field), field);
  }

  message(field: number): Fields {
    return only(this.messages(field), field);
  }
}

function only<T>(found: readonly T[], field: number): T {
  if (found.length === 1) return found[0];
  throw foreign(`${found.length} times field ${field}`);
}

const foreign = (what: string): InputError =>
  new InputError({ what: `not a model that was written here: ${what}`, where: 'onnx model' });

function readNode(node: Fields): OnnxNode {
  const attributes = Object.fromEntries(node.messages(5).map((field) => [field.string(1), readAttribute(field)]));
  return {
    opType: node.string(4),
    inputs: node.strings(1),
    outputs: node.strings(2),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

function readAttribute(attribute: Fields): OnnxAttribute {
  if (attribute.has(3)) return attribute.number(3);
  if (attribute.has(4)) return attribute.string(4);
  if (!attribute.has(2)) return attribute.numbers(8);
  const [bytes] = attribute.bytes(2);
  return { float: new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true) };
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array } as const;

function readInitializer(initializer: Fields): OnnxInitializer {
  const dtype = dtypeOf(initializer.number(2));
  // A copy of its own: values must lie at a multiple of their size.
  const { buffer } = only(initializer.bytes(9), 9).slice();
  return { name: initializer.string(8), dims: initializer.numbers(1), values: new ARRAYS[dtype](buffer), dtype };
}

function readValue(value: Fields): OnnxValue {
  const tensor = value.message(2).message(1);
  const dtype = dtypeOf(tensor.number(1));
  if (dtype === 'int64') throw foreign("an input or output of type 'int64'");
  const shape = tensor
    .message(2)
    .messages(1)
    .map((dim): Dim => (dim.has(1) ? dim.number(1) : dim.string(2)));
  return { name: value.string(1), shape, dtype };
}

function dtypeOf(code: number): DType | 'int64' {
  for (const dtype of Object.keys(ARRAYS) as (keyof typeof ARRAYS)[]) if (ONNX_DTYPE[dtype] === code) return dtype;
  throw foreign(`data type ${code}`);
}
