/** A chart on the page: title, legend that reads the cursor, drawing in each size, caption. */

import type { Chart, LegendEntry } from './chart.ts';
import type { Draw } from './drawing.ts';
import { html, Html, jsonHtml } from './html.ts';
import { cssColor } from './theme.ts';

/** @param level heading level of the chart's title */
export function renderFigure(chart: Chart, draw: Draw, level: 2 | 3 = 3): Html {
  const plots = chart.sizes.map((size) => {
    const { left, right } = chart.margins;
    const percentOf = (pixels: number) => `${((100 * pixels) / size.width).toFixed(4)}%`;
    return html`<div class="plot ${size.layout}" data-left="${left / size.width}" data-right="${right / size.width}">
      ${new Html(draw(chart, size))}
      <i class="cursor" style="left:${percentOf(left)}"></i>
    </div>`;
  });
  const heading = new Html(`h${level}`);
  return html`<figure id="${chart.id}" class="chart">
    <${heading}>${chart.title}</${heading}>
    <p class="caption">${chart.caption}</p>
    <div class="legend">
      ${chart.legend.map(renderEntry)}
      ${chart.cursor === null ? null : html`<output class="moment"></output>`}
    </div>
    <div
      class="plots"
      role="img"
      aria-label="${chart.description}"
      ${chart.cursor === null ? null : html`tabindex="0"`}
    >
      ${plots}
    </div>
    ${
      chart.cursor === null
        ? null
        : html`<script type="application/json">
            ${jsonHtml(cursorData(chart))}
          </script>`
    }
  </figure>`;
}

function renderEntry({ name, color, mark, value }: LegendEntry): Html {
  return html`<span class="entry">
    <i class="swatch ${mark}" style="color:${cssColor(color)}"></i>${name}
    <b class="reading">${value ?? ''}</b>
  </span>`;
}

const cursorData = ({ cursor, legend }: Chart) => ({
  at: cursor?.at.map((share) => Number(share.toFixed(5))),
  labels: cursor?.labels,
  readings: legend.map(({ readings }) => readings),
});
