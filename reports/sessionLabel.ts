/** Sessions as a person calls them. */

import type { Session } from '../market/sessions.ts';

const LABELS: Readonly<Record<Session, string>> = {
  tokyo: 'Tokyo',
  london: 'London',
  newYork: 'New York',
  tokyoLondon: 'Tokyo and London',
  londonNewYork: 'London and New York',
  offHours: 'Off hours',
};

export const sessionLabel = (session: Session): string => LABELS[session];
