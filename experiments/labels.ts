/** Texts numbered in the order in which they first come. */

/** Texts that are told by their index in a list, which grows as they come. */
export class Labels {
  readonly texts: string[] = [];

  indexOf(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}
