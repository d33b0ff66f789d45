/** The errors that users see: what is wrong, where, which rule, which value, what to do. */

export interface InputProblem {
  /** What is wrong, in one clause: "unknown key". */
  readonly what: string;
  /** File, line, field: "configs/quickstart.yaml: agents.0.gama". */
  readonly where: string;
  /** The rule that was broken: "known keys are gamma, learningRate". */
  readonly rule?: string;
  /** The offending value. */
  readonly value?: unknown;
  /** What to do about it: "did you mean 'gamma'?". */
  readonly hint?: string;
}

/** Bad input from outside (file, config, argument, broker). The command line answers it with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly InputProblem[];

  constructor(...problems: [InputProblem, ...InputProblem[]]) {
    super(problems.map(renderProblem).join('\n'));
    this.problems = problems;
  }
}

function renderProblem({ what, where, rule, value, hint }: InputProblem): string {
  const parts = [`${where}: ${what}`];
  if (value !== undefined) parts.push(`got ${renderValue(value)}`);
  if (rule !== undefined) parts.push(`rule: ${rule}`);
  if (hint !== undefined) parts.push(hint);
  return parts.join('; ');
}

function renderValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/**
 * The candidate closest to a mistyped word, or null when none is near enough to be what was meant.
 *
 * Optimal string alignment distance (swapped neighbours count once), case ignored.
 */
export function nearestName(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) table[i * width] = i;
  for (let j = 0; j <= b.length; j++) table[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = table[(i - 1) * width + j - 1] + Number(a[i - 1] !== b[j - 1]);
      let best = Math.min(substitution, table[(i - 1) * width + j] + 1, table[i * width + j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, table[(i - 2) * width + j - 2] + 1);
      }
      table[i * width + j] = best;
    }
  }
  return table[a.length * width + b.length];
}
