import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import { renderReport, type ReportParts } from '../../reports/renderReport.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { cut, whole } from './partUses.ts';
import { walkEvaluation, walkLearning } from './walkEvaluation.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

const SECTIONS = ['performance', 'equity-curves', 'gates', 'breakdown', 'positions', 'learning', 'live-parity'];
const CHARTS = ['equity', 'drawdown', 'regimes', 'costs', 'excess', 'path-0', 'path-1', 'learning-0'];

/** How the captions of the tables begin, in their order. */
const CAPTIONS = [
  'Held-out performance',
  'What was asked for',
  'Where the costs are from',
  'Gates',
  'Log growth per bar',
];

const parts = (evaluation: Evaluation): ReportParts => ({
  title: 'Walks',
  evaluation: { ...evaluation, parts: { train: whole, validation: cut, test: whole }, regimeLabels: 'knownBefore' },
  learningCurves: walkLearning(1),
  run: {
    experiment: 'walks',
    seed: 7,
    seconds: 75.2,
    createdUtc: '2026-01-31 12:00 UTC',
    commit: 'abc1234',
    command: 'regimen run configs/walks.yaml --set seed=7',
    hashes: { config: '0123456789ab', data: 'ba9876543210' },
    settings: { trainPaths: 64 },
  },
});

describe('report', () => {
  let text: string;
  before(async () => {
    text = await renderReport(parts(walkEvaluation(7)));
  });

  it('the same parts give the same bytes', async () => {
    expect(await renderReport(parts(walkEvaluation(7)))).to.equal(text);
    expect(await renderReport(parts(walkEvaluation(8)))).to.not.equal(text);
  });

  it('ids are used once, and each reference finds its id', () => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).to.deep.equal([]);
    const references = [...text.matchAll(/url\(#([^)]+)\)|aria-labelledby="([^"]+)"/g)].map(([, a, b]) => a ?? b);
    expect(references.length).to.be.greaterThan(5);
    expect(references.filter((id) => !ids.includes(id))).to.deep.equal([]);
  });

  it('nothing but the name spaces of SVG names an address outside', () => {
    const addresses = [...text.matchAll(/https?:\/\/[^"'\s<)]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).to.deep.equal([]);
  });

  it('every color of a drawing follows the scheme of the reader', () => {
    const drawings = [...text.matchAll(/<svg[\s\S]*?<\/svg>/g)].map(([svg]) => svg);
    expect(drawings.length).to.be.at.least(CHARTS.length);
    const fixed = drawings.flatMap((svg) =>
      [...svg.matchAll(/(?:fill|stroke)="(#[^"]+|rgb[^"]+)"/g)].map(([, color]) => color),
    );
    // A clip path's fill is never seen.
    expect(new Set(fixed)).to.deep.equal(new Set(['#000']));
  });

  it('what is undefined is an em dash that says why, and names are text and never markup', async () => {
    const evaluation = walkEvaluation(7);
    const name = `<img src=x onerror="alert('x')">`;
    const [agent, ...others] = evaluation.agents;
    const hostile = await renderReport(parts({ ...evaluation, agents: [{ ...agent, name }, ...others] }));
    expect(hostile).to.not.include('<img');
    expect(hostile).to.include('&lt;img src=x');
    expect(text).to.match(/<abbr title="undefined: no closed trade">—<\/abbr>/);
  });

  it('an evaluation with nothing in it still makes a page', async () => {
    const nothing = { ...walkEvaluation(7), agents: [], benchmarks: [], curves: [], samples: [], liveParity: null };
    const page = await renderReport({ ...parts(nothing), learningCurves: [] });
    expect(page).to.include('No agent was judged.').and.to.include('Not checked in this run.');
    expect(page).to.not.include('NaN');
    expect(text).to.not.match(/NaN|undefined<|Infinity/);
  });

  describe('in a browser', () => {
    const folder = temporaryFolder();
    let browser: Browser;
    before(async function () {
      if (CHROMIUM === undefined) {
        console.log('      skipped: no Chromium on this machine (apt-get install chromium)');
        return this.skip();
      }
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    after(async () => browser?.close());

    async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; noise: string[] }> {
      const file = join(folder, 'report.html');
      writeFileSync(file, text);
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const noise: string[] = [];
      const own = pathToFileURL(file).href;
      page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => noise.push(error.message));
      page.on('request', (request) => request.url() !== own && noise.push(`request: ${request.url()}`));
      await page.goto(own);
      return { page, noise };
    }

    for (const width of [1280, 700]) {
      it(`at ${width} pixels it is silent, asks for nothing, shows every part and never scrolls sideways`, async () => {
        const { page, noise } = await open(width, 'light');
        expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(width);
        for (const id of [...SECTIONS, 'provenance', 'verdict']) {
          expect(await page.locator(`#${id}`).isVisible(), id).to.equal(true);
        }
        for (const id of CHARTS) {
          const drawn = page.locator(`#${id} svg:visible`);
          expect(await drawn.count(), id).to.equal(1);
          expect((await drawn.boundingBox())?.width, id).to.be.within(200, width);
        }
        const captions = (await page.locator('table caption').allTextContents()).map((text) => text.trim());
        expect(captions.map((text) => CAPTIONS.findIndex((start) => text.startsWith(start)))).to.deep.equal(
          CAPTIONS.map((_, i) => i),
        );
        expect(noise.filter((line) => !line.includes('data:'))).to.deep.equal([]);
        await page.close();
      });
    }

    it('text and lines change with the color scheme', async () => {
      const colors = await Promise.all(
        (['light', 'dark'] as const).map(async (scheme) => {
          const { page } = await open(1280, scheme);
          const read = (selector: string, property: string) =>
            page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
          const found = [
            await read('body', 'backgroundColor'),
            await read('h2', 'color'),
            await read('#equity svg text', 'fill'),
            await read('#equity svg path', 'stroke'),
          ];
          await page.close();
          return found;
        }),
      );
      colors[0].forEach((light, i) => expect(light).to.not.equal(colors[1][i]));
    });

    it('the cursor reads the curves by pointer and by arrow keys, and lets go', async () => {
      const { page, noise } = await open(1280, 'light');
      const reading = page.locator('#equity .reading').first();
      const atRest = await reading.textContent();
      const plot = page.locator('#equity .plot.wide');
      await plot.hover({ position: { x: 400, y: 100 } });
      const moment = await page.locator('#equity .moment').textContent();
      expect(moment).to.match(/^2024-01-\d\d \d\d:\d\d$/);
      expect(await reading.textContent())
        .to.match(/^[+\u2212]?\d+\.\d%$/)
        .and.to.not.equal(atRest);
      await page.locator('#equity .plots').press('ArrowRight');
      expect(await page.locator('#equity .moment').textContent()).to.not.equal(moment);
      await page.mouse.move(5, 5);
      await page.locator('#equity .plots').blur();
      expect(await reading.textContent()).to.equal(atRest);
      expect(noise.filter((line) => !line.includes('data:'))).to.deep.equal([]);
      await page.close();
    });
  });
});
