/** Writes protocol buffer messages: just what ONNX models need. */

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;
const textEncoder = new TextEncoder();

/** A message under construction; each method appends one field. */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** Integers up to 2^53 in size; negative ones as ten-byte two's complement. */
  varint(field: number, value: number | bigint): this {
    this.#push(encodeVarint(BigInt(field * 8 + VARINT)));
    return this.#push(encodeVarint(BigInt.asUintN(64, BigInt(value))));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#push(encodeVarint(BigInt(field * 8 + FIXED32)));
    return this.#push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#push(encodeVarint(BigInt(field * 8 + BYTES)));
    this.#push(encodeVarint(BigInt(value.length)));
    return this.#push(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  message(field: number, write: (inner: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    return this;
  }
}

function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
