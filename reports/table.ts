/** Tables of figures: a caption, heads with units, an em dash that says why it is there. */

import { UNDEFINED_MARK } from './format.ts';
import { html, type Html, type HtmlValue } from './html.ts';

export interface Column<Row> {
  readonly head: string;
  /** Text is set right-aligned in tabular figures unless the column is `words`. */
  readonly cell: (row: Row) => HtmlValue;
  readonly kind?: 'words' | 'figures';
  /** What an em dash in this column means. */
  readonly undefinedBecause?: string;
}

export interface TableParts<Row> {
  readonly caption: string;
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly rows: readonly Row[];
  /** Class of a row: sets agents apart from benchmarks. */
  readonly rowClass?: (row: Row) => string;
}

/** The first column heads its row. */
export function renderTable<Row>({ caption, columns, rows, rowClass }: TableParts<Row>): Html {
  const heads = columns.map(({ head, kind }) => html`<th scope="col" class="${kind ?? 'figures'}">${head}</th>`);
  const body = rows.map((row) => {
    const [first, ...others] = columns;
    return html`<tr class="${rowClass?.(row) ?? ''}">
      <th scope="row" class="words">${first.cell(row)}</th>
      ${others.map((column) => renderCell(column, row))}
    </tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

function renderCell<Row>(column: Column<Row>, row: Row): Html {
  const value = column.cell(row);
  const kind = column.kind ?? 'figures';
  if (value !== UNDEFINED_MARK) return html`<td class="${kind}">${value}</td>`;
  const reason = column.undefinedBecause ?? 'undefined for this row';
  return html`<td class="${kind}"><abbr title="${reason}">${UNDEFINED_MARK}</abbr></td>`;
}
