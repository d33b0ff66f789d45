/** HTML from templates in which every inserted value is escaped unless it is HTML already. */

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/** Text that is safe to stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Fills a template: strings and numbers are escaped, null leaves nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const filled = strings.map((part, i) => part + (i < values.length ? renderValue(values[i]) : ''));
  return new Html(filled.join(''));
}

/** JSON that may stand inside a script element: it cannot close it, nor open a comment in it. */
export const jsonHtml = (value: unknown): Html => new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));

/** Escapes for text and for attributes in either kind of quote. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

function renderValue(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(renderValue).join('');
}
