import { isTransient } from '@/server/base/errors';
import { questionsTogetherMax, togetherPatienceMs } from '@/shared/limits';

/** How one kind of question is asked, and which row answers which question. */
export type Kind<Question, Row> = {
  keyOf(question: Question): string;
  /** The rows for all these questions, in any order; it throws for all of them. */
  read(questions: Question[]): Promise<Row[]>;
  keyOfRow(row: Row): string;
};
type Waiting<Question, Row> = {
  question: Question;
  answer: Promise<Row | undefined>;
  resolve(row: Row | undefined): void;
  reject(cause: unknown): void;
};

/**
 * Questions of one kind to the database: those that are asked in one turn, or while others are on their
 * way, go out together as one statement. Nothing is remembered: an answer is always read after its
 * question was asked.
 */
export class Together<Question, Row> {
  private readonly waiting = new Map<string, Waiting<Question, Row>>();
  private onTheirWay = 0;
  private turn: NodeJS.Immediate | undefined;

  constructor(private readonly kind: Kind<Question, Row>) {}

  /** @returns the first row of the question's key, shared by all who asked the same; undefined without one */
  ask(question: Question): Promise<Row | undefined> {
    const key = this.kind.keyOf(question);
    const same = this.waiting.get(key);
    if (same) return same.answer;
    const entry = waitingFor<Question, Row>(question);
    this.waiting.set(key, entry);
    this.goOn();
    return entry.answer;
  }

  private goOn(): void {
    if (this.onTheirWay > 0 || this.waiting.size === 0) return;
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      void this.send();
    });
  }

  /** Never throws. */
  private async send(): Promise<void> {
    const entries = [...this.waiting.entries()].slice(0, questionsTogetherMax);
    for (const [key] of entries) this.waiting.delete(key);
    this.onTheirWay++;
    let isHolding = true;
    const letOthersGo = () => {
      if (isHolding) this.onTheirWay--;
      isHolding = false;
      this.goOn();
    };
    // One that hangs holds up nobody but its own.
    const patience = setTimeout(letOthersGo, togetherPatienceMs).unref();
    await this.answer(entries.map(([, entry]) => entry));
    clearTimeout(patience);
    letOthersGo();
  }

  /** @returns why nobody can be answered now, when that is so */
  private async answer(entries: readonly Waiting<Question, Row>[]): Promise<unknown> {
    try {
      const rows = new Map<string, Row>();
      for (const row of await this.kind.read(entries.map(({ question }) => question))) {
        const key = this.kind.keyOfRow(row);
        if (!rows.has(key)) rows.set(key, row);
      }
      for (const { question, resolve } of entries) resolve(rows.get(this.kind.keyOf(question)));
      return undefined;
    } catch (cause) {
      const isAway = isTransient(cause);
      // One question may be what fails; the others have to hear their own answers.
      if (entries.length > 1 && !isAway) return this.answerEach(entries);
      for (const { reject } of entries) reject(cause);
      return isAway ? cause : undefined;
    }
  }

  private async answerEach(entries: readonly Waiting<Question, Row>[]): Promise<unknown> {
    for (const [i, entry] of entries.entries()) {
      const away = await this.answer([entry]);
      if (away === undefined) continue;
      for (const { reject } of entries.slice(i + 1)) reject(away);
      return away;
    }
    return undefined;
  }
}

function waitingFor<Question, Row>(question: Question): Waiting<Question, Row> {
  let settle: Pick<Waiting<Question, Row>, 'resolve' | 'reject'> | undefined;
  const answer = new Promise<Row | undefined>((resolve, reject) => (settle = { resolve, reject }));
  if (!settle) throw new Error('A promise runs its executor at once.');
  return { question, answer, ...settle };
}
