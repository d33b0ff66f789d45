import { expect } from 'chai';
import { describe, it } from 'mocha';
import { probeHalfPrecision } from '../../../../agents/nn/ort/halfPrecision.ts';

const SIZE = 128;

/** To eleven significant bits. */
function toHalf(x: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 10);
  return Math.round(x / unit) * unit;
}

const element = (wave: number, i: number): number => Math.sin(wave * i) / Math.sqrt(SIZE / 2);

/** The first row of the product that the probe makes. */
const firstRow = (round: (x: number) => number): number[] =>
  Array.from({ length: SIZE }, (_, column) => {
    let sum = 0;
    for (let k = 0; k < SIZE; k++) sum += round(element(1.3, k)) * round(element(0.7, k * SIZE + column));
    return round(sum);
  });

describe('half precision', () => {
  it('is told from single by the rounding of a product', () => {
    const [half, single, exact] = [firstRow(toHalf), firstRow(Math.fround), firstRow((x) => x)];
    const off = (row: readonly number[]) => Math.max(...row.map((value, i) => Math.abs(value - exact[i])));
    expect(off(half)).to.be.greaterThan(2e-5);
    expect(off(single)).to.be.lessThan(1e-6);
  });

  it('is what the CPU was asked for and does not compute in, or else it rounds as half does', () => {
    const { difference, isHalf } = probeHalfPrecision('cpu');
    if (isHalf) expect(difference).to.be.within(1e-5, 1e-2);
    else expect(difference).to.be.lessThan(1e-6);
  });
});
