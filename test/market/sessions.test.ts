import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../core/units.ts';
import { SESSIONS, sessionAt } from '../../market/sessions.ts';

const nameAt = (iso: string) => SESSIONS[sessionAt(Date.parse(iso))];

const OFFICES = [
  { zone: 'Asia/Tokyo', open: 9, close: 18 },
  { zone: 'Europe/London', open: 8, close: 17 },
  { zone: 'America/New_York', open: 8, close: 17 },
].map(({ zone, ...hours }) => ({
  ...hours,
  clock: new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', hour: 'numeric', hourCycle: 'h23' }),
}));

/** The truth from outside: the time zone database that ships with Node. */
function sessionByIntl(timeMs: number): string {
  const [tokyo, london, newYork] = OFFICES.map(({ open, close, clock }) => {
    const parts = Object.fromEntries(clock.formatToParts(timeMs).map((part) => [part.type, part.value]));
    const hour = Number(parts.hour);
    return parts.weekday !== 'Sat' && parts.weekday !== 'Sun' && hour >= open && hour < close;
  });
  if (tokyo && london) return 'tokyoLondon';
  if (london && newYork) return 'londonNewYork';
  return tokyo ? 'tokyo' : london ? 'london' : newYork ? 'newYork' : 'offHours';
}

describe('sessions', () => {
  it('partition a winter day', () => {
    expect(nameAt('2024-01-16T00:00:00Z')).to.equal('tokyo');
    expect(nameAt('2024-01-16T08:00:00Z')).to.equal('tokyoLondon');
    expect(nameAt('2024-01-16T09:00:00Z')).to.equal('london');
    expect(nameAt('2024-01-16T13:00:00Z')).to.equal('londonNewYork');
    expect(nameAt('2024-01-16T17:00:00Z')).to.equal('newYork');
    expect(nameAt('2024-01-16T21:59:59Z')).to.equal('newYork');
    expect(nameAt('2024-01-16T22:00:00Z')).to.equal('offHours');
  });

  it('are off hours on a weekend', () => {
    expect(nameAt('2024-01-13T13:30:00Z')).to.equal('offHours');
    expect(nameAt('2024-01-14T08:30:00Z')).to.equal('offHours');
  });

  it('change an hour when clocks do, to the millisecond', () => {
    // Mondays around the London change of 2024-03-31, seen where London opens.
    expect(nameAt('2024-03-29T07:00:00Z')).to.equal('tokyo');
    expect(nameAt('2024-04-01T07:00:00Z')).to.equal('tokyoLondon');
    expect(nameAt('2024-04-01T06:59:59.999Z')).to.equal('tokyo');
    // New York changed three weeks before London: from 2024-03-11 it opens at 12 UTC.
    expect(nameAt('2024-03-08T12:30:00Z')).to.equal('london');
    expect(nameAt('2024-03-11T12:30:00Z')).to.equal('londonNewYork');
    expect(nameAt('2024-11-01T12:30:00Z')).to.equal('londonNewYork');
    expect(nameAt('2024-11-04T12:30:00Z')).to.equal('london');
  });

  it('agree with the time zone database in every hour around each change of clocks', () => {
    for (let year = 1997; year <= 2035; year++) {
      for (const month of [3, 4, 10, 11]) {
        const start = Date.UTC(year, month - 1, 1);
        // The first and last business hours of each center in one of the two seasons.
        for (let day = 0; day < 31; day++) {
          for (const hour of [7, 12, 16, 21]) {
            const timeMs = start + (day * 24 + hour) * HOUR_MS;
            if (SESSIONS[sessionAt(timeMs)] !== sessionByIntl(timeMs)) {
              expect.fail(`${new Date(timeMs).toISOString()}: ${SESSIONS[sessionAt(timeMs)]}`);
            }
          }
        }
      }
    }
  });

  it('agree with the time zone database at any moment, in any order of asking', () => {
    const moment = fc.integer({ min: Date.UTC(1997, 0), max: Date.UTC(2036, 0) });
    fc.assert(
      fc.property(moment, (timeMs) => {
        expect(SESSIONS[sessionAt(timeMs)]).to.equal(sessionByIntl(timeMs));
      }),
      { numRuns: 2000 },
    );
  });
});
