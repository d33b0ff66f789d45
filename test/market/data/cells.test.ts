import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cellText, parseNumber, parseText } from '../../../market/data/cells.ts';
import { parseIsoTime } from '../../../market/data/isoTime.ts';
import { detectTimeFormat, parseTime } from '../../../market/data/timeCells.ts';

const parse = (text: string) => {
  const bytes = Buffer.from(`xx${text},yy`);
  return parseNumber(bytes, 2, bytes.length - 3);
};

describe('number cells', () => {
  it('equal Number(text) bit for bit, for every number as JavaScript prints it', () => {
    const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(Object.is(parse(String(value)), Number(String(value)))).to.equal(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('equal Number(text) for decimals of any length', () => {
    const digits = fc.stringMatching(/^[+-]?\d{1,22}(\.\d{0,25})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(Object.is(parse(text), Number(text))).to.equal(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('are NaN where they hold no finite decimal number', () => {
    for (const text of [
      '',
      ' ',
      '.',
      '-',
      '+',
      'abc',
      'NaN',
      'Infinity',
      '1e999',
      '0x10',
      '1.2.3',
      '1-2',
      '1,2',
      'null',
      '1_0',
    ]) {
      expect(parse(text), text).to.be.NaN;
      expect(parseText(text), text).to.be.NaN;
    }
  });

  it('may have blanks around them and exponents', () => {
    expect(parse(' 12.5 ')).to.equal(12.5);
    expect(parse('1.5E-3')).to.equal(0.0015);
    expect(parse('.5')).to.equal(0.5);
    expect(parse('-5.')).to.equal(-5);
  });

  it('are cut out as text without their neighbors', () => {
    expect(cellText(Buffer.from('a,éb,c'), 2, 5)).to.equal('éb');
  });
});

describe('time cells', () => {
  const moment = Date.UTC(2021, 4, 6, 7, 8, 9);

  it('are read as seconds, milliseconds, microseconds or nanoseconds by their size', () => {
    for (const text of ['1620284889', '1620284889000', '1620284889000000', '1620284889000000000']) {
      const format = detectTimeFormat(text);
      expect(format === null ? null : parseTime(text, format), text).to.equal(moment);
    }
  });

  it('are UTC where an ISO text names no offset', () => {
    for (const text of [
      '2021-05-06T07:08:09Z',
      '2021-05-06 07:08:09',
      '2021-05-06T09:08:09+02:00',
      '2021-05-06T07:08:09.000',
    ]) {
      expect(parseIsoTime(text), text).to.equal(moment);
    }
    expect(parseIsoTime('2021-05-06')).to.equal(Date.UTC(2021, 4, 6));
  });

  it('are none where the day does not exist or the text is loose', () => {
    for (const text of [
      '2021-02-30',
      '2021-13-01',
      'May 6, 2021',
      '06/05/2021',
      '2021',
      '',
      '-5',
      '2021-05-06T25:00',
    ]) {
      expect(detectTimeFormat(text), text).to.equal(null);
    }
  });
});
