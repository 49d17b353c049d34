import { appendFileSync, writeFileSync } from 'node:fs';
import { wrap } from '../../src/ops/tables';

const PROGRESS_EVERY_MS = 10_000;
const ITEMS_ON_SCREEN = 40;

/** Tells a person what happens: a line per chapter with the time since the day began, and facts below it. */
export class Narrator {
  private readonly startedAt = Date.now();
  private lastProgressAt = 0;
  private hasReport = false;

  /** @param reportFile - takes whole the lists that are too long for the screen */
  constructor(
    private readonly log: (text: string) => void,
    private readonly reportFile?: string,
  ) {}

  chapter(title: string): void {
    const seconds = Math.floor((Date.now() - this.startedAt) / 1_000);
    this.log(`\n[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}] ${title}`);
    this.lastProgressAt = Date.now();
  }

  /** Prose; tables and addresses are left as they are. */
  say(text: string): void {
    const isProse = !/[│┌]|:\/\//.test(text);
    this.log(indented(isProse ? wrapped(text) : text));
  }

  /** At most one such line in ten seconds. */
  progress(text: string): void {
    if (Date.now() - this.lastProgressAt < PROGRESS_EVERY_MS) return;
    this.lastProgressAt = Date.now();
    this.say(`… ${text}`);
  }

  /** A list that may be long: on the screen the first ones, in the report file all. */
  list(title: string, items: readonly string[]): void {
    if (items.length === 0) return;
    this.say(`${title} (${items.length}):`);
    this.log(items.slice(0, ITEMS_ON_SCREEN).map(listItem).join('\n'));
    const rest = items.length - ITEMS_ON_SCREEN;
    if (rest <= 0) return;
    this.say(`- and ${rest} more${this.reportFile === undefined ? '' : `, all in ${this.reportFile}`}`);
    this.report(`${title} (${items.length}):\n${items.map(listItem).join('\n')}\n\n`);
  }

  private report(text: string): void {
    if (this.reportFile === undefined) return;
    if (this.hasReport) appendFileSync(this.reportFile, text);
    else writeFileSync(this.reportFile, text);
    this.hasReport = true;
  }
}

function listItem(text: string): string {
  return indented(`- ${text}`);
}

const SCREEN_WIDTH = 110;

function wrapped(text: string): string {
  return text
    .split('\n')
    .map((line) => wrap(line, SCREEN_WIDTH).join('\n'))
    .join('\n');
}

function indented(text: string): string {
  return text.replace(/^/gm, '       ');
}
