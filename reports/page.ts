/** The shell of every page: one file that needs nothing from outside, in the reader's color scheme. */

import { CURSOR_SCRIPT } from './cursorScript.ts';
import { html, Html } from './html.ts';
import { styleSheet } from './styleSheet.ts';

export interface Page {
  readonly title: string;
  /** What the page is of, for tab and search. */
  readonly description: string;
  readonly body: readonly Html[];
}

/** The empty icon keeps browsers from asking the server for one. */
const NO_ICON = 'data:,';

export function renderPage({ title, description, body }: Page): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${description}" />
        <title>${title}</title>
        <link rel="icon" href="${NO_ICON}" />
        <style>
          ${new Html(styleSheet())}
        </style>
      </head>
      <body>
        ${body}
        <script>
          ${new Html(CURSOR_SCRIPT)};
        </script>
      </body>
    </html> `;
  return page.text;
}

/** A part of the page under a heading. @param lead one or two sentences that say how to read it */
export const renderSection = (id: string, heading: string, lead: string, content: readonly Html[]): Html =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${heading}</h2>
    <p class="lead">${lead}</p>
    ${content}
  </section>`;
