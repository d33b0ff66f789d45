/** How every page looks: set like a printed paper, two columns where there is room, one where there is not. */

import { themeCss } from './theme.ts';

const SERIF = `'Iowan Old Style','Palatino Linotype',Palatino,'Book Antiqua','URW Palladio L',Charter,Georgia,'Liberation Serif',serif`;
const SANS = `ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,sans-serif`;
const MONO = `ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace`;

export const styleSheet = (): string => `${themeCss()}
*{box-sizing:border-box}
html{background:var(--paper);-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1260px;padding:48px 40px 32px;background:var(--paper);color:var(--ink);
  font:15px/1.55 ${SANS};font-variant-numeric:tabular-nums lining-nums}
h1,h2,h3,p,figure,dl,dd,table,ul{margin:0}
a{color:inherit}
h2{font:600 25px/1.25 ${SERIF};margin-bottom:6px}
h3{font:600 16.5px/1.35 ${SANS};overflow-wrap:anywhere}
section{margin-top:60px;border-top:1px solid var(--rule);padding-top:24px}
section>.lead{color:var(--muted);max-width:82ch;margin-bottom:24px}
.eyebrow{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--muted);font-size:13px;letter-spacing:.02em}
.eyebrow b{color:var(--ink);font-weight:600}
h1{font:600 17px/1.3 ${SANS};margin:18px 0 10px}
.verdict{font:400 33px/1.27 ${SERIF};max-width:34em;text-wrap:pretty;letter-spacing:-.008em}
.verdict .badge{vertical-align:.32em;margin-right:.7em}
.objections{margin:18px 0 0;padding:0;list-style:none;max-width:84ch;color:var(--muted)}
.objections li{padding-left:20px;text-indent:-20px}
.objections li::before{content:'✗';display:inline-block;width:20px;text-indent:0;color:var(--fail)}
.facts{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));margin-top:38px;border-block:1px solid var(--rule)}
.facts>div{padding:16px 18px 15px;border-left:1px solid var(--rule);min-width:0}
.facts>div:first-child{border-left:0;padding-left:0}
.facts dt{color:var(--muted);font-size:13px}
.facts dd{font:400 29px/1.3 ${SERIF};font-variant-numeric:lining-nums tabular-nums}
.facts dd+dd{font:13px/1.45 ${SANS};color:var(--muted)}
.badge{display:inline-block;font:600 12px/1 ${SANS};letter-spacing:.03em;padding:4px 8px;border-radius:3px;white-space:nowrap}
.badge.pass{color:var(--pass);background:color-mix(in srgb,var(--pass) 13%,transparent)}
.badge.fail{color:var(--fail);background:color-mix(in srgb,var(--fail) 13%,transparent)}
.scroll{overflow-x:auto}
.scroll:focus-visible,.plots:focus-visible{outline:2px solid var(--agent1);outline-offset:4px;border-radius:2px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--muted);padding:0 0 10px;font-size:13.5px}
th,td{padding:8px 0 8px 18px;border-bottom:1px solid var(--faint);vertical-align:baseline}
thead th{font-weight:500;font-size:12.5px;color:var(--muted);border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:bottom}
tr>:first-child{padding-left:0}
th.words,td.words{text-align:left}
th.figures,td.figures{text-align:right;white-space:nowrap}
tbody th{font-weight:400;white-space:nowrap}
tr.agent th{font-weight:600}
tr.benchmark{color:var(--muted)}
tr.agent+tr.benchmark>*{border-top:1px solid var(--rule)}
td.words:last-child{min-width:22em}
abbr{text-decoration:none;cursor:help;color:var(--muted)}
.swatch{display:inline-block;width:18px;height:0;border-top:2.5px solid currentColor;vertical-align:.28em;margin-right:8px}
.swatch.dashed{border-top-style:dashed}
.swatch.dotted{border-top-style:dotted}
.swatch.none{display:none}
.swatch.block{width:11px;height:11px;border:0;background:currentColor;border-radius:2px;vertical-align:-.08em}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:44px 40px}
.charts.thirds{grid-template-columns:repeat(3,minmax(0,1fr));gap:34px 34px}
.charts>.full{grid-column:1/-1}
figure.chart{min-width:0}
.caption{color:var(--muted);font-size:13.5px;max-width:80ch}
.legend{display:flex;flex-wrap:wrap;gap:2px 20px;margin:8px 0 6px;font-size:13px;min-height:22px;align-items:baseline}
.reading{font-weight:600;margin-left:5px}
.moment{color:var(--muted);margin-left:auto}
.plot{position:relative}
.plot svg{display:block;width:100%;height:auto;overflow:visible}
.plot.narrow{display:none}
.cursor{display:none;position:absolute;top:0;bottom:0;width:1px;background:var(--muted);pointer-events:none}
.plots.reading .cursor{display:block}
.thirds .caption{display:none}
.parity{display:flex;gap:14px;align-items:baseline;flex-wrap:wrap}
footer{margin-top:64px;border-top:1px solid var(--rule);padding-top:20px;color:var(--muted);font-size:13px}
footer dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 22px}
footer dt{color:var(--muted)}
footer dd{color:var(--ink);overflow-wrap:anywhere}
code{font:12.5px/1.5 ${MONO}}
pre{margin:0 0 20px;padding:12px 16px;background:var(--panel);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--ink)}
@media (max-width:1000px){
  body{padding:32px 24px 24px}
  .charts,.charts.thirds{grid-template-columns:minmax(0,1fr)}
  .charts.thirds{grid-template-columns:repeat(2,minmax(0,1fr))}
  .plot.wide{display:none}
  .plot.narrow{display:block}
  .verdict{font-size:26px}
  .facts{grid-template-columns:repeat(3,1fr);border-bottom:0}
  .facts>div{border-bottom:1px solid var(--rule)}
  .facts>div:nth-child(3n+1){border-left:0;padding-left:0}
  section{margin-top:44px}
}
@media (max-width:560px){
  body{padding:24px 16px}
  .charts.thirds,.facts{grid-template-columns:minmax(0,1fr)}
  .facts>div{border-left:0;padding-left:0}
  footer dl{grid-template-columns:minmax(0,1fr)}
}
@media print{
  body{padding:0;max-width:none}
  figure,tr{break-inside:avoid}
}
`;
