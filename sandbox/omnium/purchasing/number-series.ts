/** Numbers that count up and skip what is taken. */
export class NumberSeries {
  readonly #first: number;
  #next: number;

  constructor(first: number) {
    this.#first = first;
    this.#next = first;
  }

  /** The next number, behind `prefix`, that is not taken. */
  take(prefix: string, isTaken: (number: string) => boolean): string {
    let number: string;
    do {
      number = `${prefix}${this.#next}`;
      this.#next += 1;
    } while (isTaken(number));
    return number;
  }

  capture(): number {
    return this.#next;
  }

  restore(next: number): void {
    this.#next = next;
  }

  reset(): void {
    this.#next = this.#first;
  }
}
