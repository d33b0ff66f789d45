import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decimal,
  duration,
  integer,
  multiple,
  percent,
  signedBps,
  signedPercent,
  significant,
  timeframe,
  title,
  utcMinute,
} from '../../reports/format.ts';
import { escapeHtml, html, jsonHtml } from '../../reports/html.ts';

describe('format', () => {
  it('numbers carry their unit, a true minus sign and no sign of a rounded zero', () => {
    expect(percent(0.1234)).to.equal('12.3%');
    expect(percent(-0.1234, 2)).to.equal('\u221212.34%');
    expect(percent(-0.0000001)).to.equal('0.0%');
    expect(signedPercent(0.05)).to.equal('+5.0%');
    expect(signedPercent(0)).to.equal('0.0%');
    expect(signedPercent(-0.05)).to.equal('\u22125.0%');
    expect(signedBps(0.26)).to.equal('+0.26 bps');
    expect(signedBps(0)).to.equal('0.00 bps');
    expect(multiple(1234.56)).to.equal('1,234.6x');
    expect(integer(1234567)).to.equal('1,234,567');
    expect(decimal(-1234.5)).to.equal('\u22121,234.50');
    expect(duration(75.2)).to.equal('1 min 15 s');
    expect(duration(3725)).to.equal('1 h 2 min');
    expect(timeframe(900_000)).to.equal('15 min');
    expect(utcMinute(0)).to.equal('1970-01-01 00:00');
    expect(title('buyAndHold')).to.equal('Buy and hold');
  });

  it('what is undefined is an em dash in every format', () => {
    for (const format of [percent, signedPercent, signedBps, multiple, integer, decimal, significant]) {
      for (const value of [null, NaN, Infinity]) expect(format(value)).to.equal('—');
    }
  });

  it('four significant digits stay within half a unit of the fourth digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 1e8, noNaN: true }), (value) => {
        const shown = Number(significant(value).replaceAll(',', ''));
        expect(Math.abs(shown - value)).to.be.at.most(
          Math.max(0.5, 0) * 10 ** (Math.floor(Math.log10(value)) - 3) + 1e-9,
        );
      }),
    );
  });
});

describe('html', () => {
  it('whatever is inserted is escaped, in text and in attributes, and stays readable', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: page } = html`<p title="${text}">${text}</p>`;
        const inside = page.slice('<p title="'.length, -'</p>'.length);
        expect(inside).to.not.match(/[<'](?!\/)/);
        expect(inside.split('"')).to.have.length(2);
      }),
    );
    expect(escapeHtml(`<a href='x'>"&`)).to.equal('&lt;a href=&#39;x&#39;&gt;&quot;&amp;');
  });

  it('html inside html is not escaped again, lists are joined, null leaves nothing', () => {
    // Under its own name the formatter would lay the template out anew.
    const fill = html;
    const items = ['a', 'b'].map((item) => fill`<li>${item}</li>`);
    expect(fill`<ul>${items}</ul>`.text).to.equal('<ul><li>a</li><li>b</li></ul>');
    expect(fill`<p>${null}</p>`.text).to.equal('<p></p>');
  });

  it('JSON cannot close the script that holds it', () => {
    const value = { text: '</script><!-- <script>' };
    expect(jsonHtml(value).text).to.not.include('<');
    expect(JSON.parse(jsonHtml(value).text)).to.deep.equal(value);
  });
});
