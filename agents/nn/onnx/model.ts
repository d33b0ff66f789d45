/** ONNX models as plain data, and their bytes. Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */

import type { DType, Shape, TensorValues } from '../tensor.ts';
import { ProtobufWriter } from './protobuf.ts';

/** The first versions that hold every op we use; old runtimes read them. */
const IR_VERSION = 8;
const OPSET_VERSION = 18;
const PRODUCER = 'regimen';

export type OnnxAttribute = number | readonly number[] | { readonly float: number } | string;

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: TensorValues | BigInt64Array;
  readonly dtype: DType | 'int64';
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** TensorProto.DataType */
export const ONNX_DTYPE: Readonly<Record<DType | 'int64', number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

export function encodeModel(model: OnnxModel): Uint8Array {
  return new ProtobufWriter()
    .varint(1, IR_VERSION)
    .string(2, PRODUCER)
    .message(7, (graph) => {
      for (const node of model.nodes) graph.message(1, (out) => writeNode(out, node));
      graph.string(2, PRODUCER);
      for (const initializer of model.initializers) graph.message(5, (out) => writeInitializer(out, initializer));
      for (const value of model.inputs) graph.message(11, (out) => writeValue(out, value));
      for (const value of model.outputs) graph.message(12, (out) => writeValue(out, value));
    })
    .message(8, (opset) => opset.string(1, '').varint(2, OPSET_VERSION))
    .finish();
}

function writeNode(out: ProtobufWriter, { opType, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const name of inputs) out.string(1, name);
  for (const name of outputs) out.string(2, name);
  out.string(4, opType);
  for (const [name, value] of Object.entries(attributes)) out.message(5, (inner) => writeAttribute(inner, name, value));
}

function writeAttribute(out: ProtobufWriter, name: string, value: OnnxAttribute): void {
  out.string(1, name);
  if (typeof value === 'number') out.varint(3, value).varint(20, ATTRIBUTE.int);
  else if (typeof value === 'string') out.string(4, value).varint(20, ATTRIBUTE.string);
  else if ('float' in value) out.float(2, value.float).varint(20, ATTRIBUTE.float);
  else {
    for (const item of value) out.varint(8, item);
    out.varint(20, ATTRIBUTE.ints);
  }
}

function writeInitializer(out: ProtobufWriter, { name, dims, values, dtype }: OnnxInitializer): void {
  for (const dim of dims) out.varint(1, dim);
  out.varint(2, ONNX_DTYPE[dtype]).string(8, name);
  out.bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(out: ProtobufWriter, { name, shape, dtype }: OnnxValue): void {
  out.string(1, name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.varint(1, ONNX_DTYPE[dtype]).message(2, (dims) => {
        for (const dim of shape) {
          dims.message(1, (inner) => (typeof dim === 'number' ? inner.varint(1, dim) : inner.string(2, dim)));
        }
      });
    }),
  );
}
