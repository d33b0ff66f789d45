/** The page's only script: a cursor over each chart, by pointer or arrow keys, whose values the legend reads. */

export const CURSOR_SCRIPT = `
for (const figure of document.querySelectorAll('figure.chart')) {
  const source = figure.querySelector('script');
  if (!source) continue;
  const { at, labels, readings } = JSON.parse(source.textContent);
  if (at.length === 0) continue;
  const moment = figure.querySelector('.moment');
  const cells = [...figure.querySelectorAll('.reading')];
  const resting = cells.map((cell) => cell.textContent);
  const frame = figure.querySelector('.plots');
  const plots = [...figure.querySelectorAll('.plot')];
  let index = null;

  const show = (next) => {
    index = next;
    frame.classList.toggle('reading', next !== null);
    moment.textContent = next === null ? '' : labels[next];
    cells.forEach((cell, i) => {
      cell.textContent = next === null || readings[i] === null ? resting[i] : readings[i][next];
    });
    if (next === null) return;
    for (const plot of plots) {
      const left = Number(plot.dataset.left);
      const span = 1 - left - Number(plot.dataset.right);
      plot.querySelector('.cursor').style.left = 100 * (left + at[next] * span) + '%';
    }
  };

  const nearest = (share) => {
    let best = 0;
    for (let i = 1; i < at.length; i++) if (Math.abs(at[i] - share) < Math.abs(at[best] - share)) best = i;
    return best;
  };

  for (const plot of plots) {
    plot.addEventListener('pointermove', (event) => {
      const box = plot.getBoundingClientRect();
      const left = Number(plot.dataset.left);
      const span = 1 - left - Number(plot.dataset.right);
      show(nearest(((event.clientX - box.left) / box.width - left) / span));
    });
  }
  frame.addEventListener('pointerleave', () => show(null));
  frame.addEventListener('blur', () => show(null));
  frame.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(Math.min(at.length - 1, Math.max(0, (index ?? (step > 0 ? -1 : at.length)) + step)));
  });
}
`;
