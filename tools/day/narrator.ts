import { appendFileSync, writeFileSync } from 'node:fs';
import { wrap } from '../../src/ops/tables';
import { SCREEN_WIDTH } from './undone';

const PROGRESS_EVERY_MS = 8_000;
const PROGRESS_LOOK_MS = 500;
const ITEMS_ON_SCREEN = 40;

/** Tells a person what happens: a line per chapter with the time since the day began, and facts below it. */
export class Narrator {
  private readonly startedAt = Date.now();
  private lastSaidAt = Date.now();
  private hasReport = false;
  private readonly doing: object[] = [];

  /** @param reportFile - takes whole the lists that are too long for the screen */
  constructor(
    private readonly log: (text: string) => void,
    private readonly reportFile?: string,
  ) {}

  chapter(title: string): void {
    const seconds = Math.floor((Date.now() - this.startedAt) / 1_000);
    const time = `[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}]`;
    this.log(`\n${`${time} `.padEnd(INDENT.length)}${indented(wrapped(title)).trimStart()}`);
    this.lastSaidAt = Date.now();
  }

  /** Prose; tables and addresses are left as they are. */
  say(text: string): void {
    this.log(indented(wrapped(text)));
    this.lastSaidAt = Date.now();
  }

  /** One such line at most in eight seconds in which nothing else is said. */
  progress(text: string): void {
    if (Date.now() - this.lastSaidAt >= PROGRESS_EVERY_MS) this.say(`… ${text}`);
  }

  /** Says every eight seconds what is being done and for how long, while nothing else is said. */
  async during<T>(what: string | (() => string), work: () => Promise<T>): Promise<T> {
    const startedAt = Date.now();
    const own = {};
    this.doing.push(own);
    const timer = setInterval(() => {
      // Of what is done within something else, that is said.
      const words = typeof what === 'string' ? what : what();
      if (this.doing.at(-1) === own) this.progress(`${words}: ${Math.round((Date.now() - startedAt) / 1_000)} s`);
    }, PROGRESS_LOOK_MS);
    return await work().finally(() => {
      clearInterval(timer);
      this.doing.splice(this.doing.indexOf(own), 1);
    });
  }

  /** A list that may be long: on the screen the first ones, in the report file all. */
  list(title: string, items: readonly string[]): void {
    if (items.length === 0) return;
    this.say(`${title} (${items.length}):`);
    for (const item of items.slice(0, ITEMS_ON_SCREEN)) this.say(listItem(item));
    const rest = items.length - ITEMS_ON_SCREEN;
    if (rest <= 0) return;
    this.say(`- and ${rest} more${this.reportFile === undefined ? '' : `, all in\n  ${this.reportFile}`}`);
    this.report(`${title} (${items.length}):\n${items.map((item) => `- ${item}`).join('\n')}\n\n`);
  }

  private report(text: string): void {
    if (this.reportFile === undefined) return;
    if (this.hasReport) appendFileSync(this.reportFile, text);
    else writeFileSync(this.reportFile, text);
    this.hasReport = true;
  }
}

/** What belongs to it stands below its text, not below its dash. */
function listItem(text: string): string {
  return `- ${wrapped(text, WIDTH - 2).replace(/\n */g, '\n  ')}`;
}

const INDENT = '       ';
const WIDTH = SCREEN_WIDTH - INDENT.length;

/** Prose in lines as wide as a terminal; the lines of tables and addresses are left as they are. */
function wrapped(text: string, width = WIDTH): string {
  return text
    .split('\n')
    .map((line) => (/[│┌]|:\/\/|  /.test(line) ? line : wrap(line, width).join('\n')))
    .join('\n');
}

function indented(text: string): string {
  return text.replace(/^/gm, INDENT);
}
