/** Charts to SVG text by ECharts on the server: same chart, same bytes. */

import type { Chart, ChartSize } from './chart.ts';
import { themeSvg } from './theme.ts';

/** Without quotes, which would end the style attribute; `inherit` is not allowed in the font shorthand that ECharts writes. */
const SVG_FONT = 'ui-sans-serif,system-ui,Segoe UI,Helvetica Neue,Liberation Sans,Arial,sans-serif';

/** Draws one size of a chart. */
export type Draw = (chart: Chart, size: ChartSize) => string;

/** Loads the chart library, which takes a quarter of a second, and returns the pen. */
export async function loadDraw(): Promise<Draw> {
  const [{ init, use }, { LineChart, BarChart }, components, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  use([
    LineChart,
    BarChart,
    components.GridComponent,
    components.MarkAreaComponent,
    components.MarkLineComponent,
    SVGRenderer,
  ]);
  return (chart, size) => {
    const canvas = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height });
    try {
      canvas.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: SVG_FONT }, ...chart.option(size) });
      return clean(canvas.renderToSVGString(), `${chart.id}-${size.layout}`);
    } finally {
      canvas.dispose();
    }
  };
}

/** Drops what serves only ECharts' own client, and gives references names that depend on the chart alone. */
function clean(svg: string, id: string): string {
  const still = svg
    .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
    .replace(/<rect [^>]*fill="none"><\/rect>\s*/, '')
    .replace(/ (class|pointer-events|ecmeta_[a-z_]+|baseProfile|version|xmlns:xlink)="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true"')
    .replace(/zr\d+-/g, `${id}-`);
  return themeSvg(still);
}
