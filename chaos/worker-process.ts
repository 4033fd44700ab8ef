import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Answered, Order } from './client/orders';

const answerMaxMs = 120_000;

/** A process full of browsers, from the outside. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (answer: Answered) => void>();
  private count = 0;
  private isExpected = false;

  /** @param onLost called when it ends by itself */
  constructor(onLost: (how: string) => void) {
    this.child = fork(path.join(import.meta.dirname, 'client/worker.ts'), [], {
      execArgv: ['--import', 'tsx', '--max-old-space-size=2000'],
      serialization: 'advanced',
    });
    this.child.on('message', (answer: Answered) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    this.child.on('error', () => undefined); // Said by its exit.
    this.child.on('exit', (code, signal) => {
      if (!this.isExpected) onLost(signal ?? `code ${code}`);
      for (const settle of this.waiting.values()) settle({ id: 0, problem: 'The worker ended.' });
    });
  }

  /** @throws {Error} what went wrong there */
  async do(order: Order): Promise<unknown> {
    const id = ++this.count;
    const answer = await new Promise<Answered>((resolve) => {
      const late = setTimeout(() => resolve({ id, problem: `No answer to "${order.type}".` }), answerMaxMs);
      this.waiting.set(id, (told) => {
        clearTimeout(late);
        resolve(told);
      });
      if (this.child.connected) this.child.send({ id, order });
      else this.waiting.get(id)?.({ id, problem: 'The worker has ended.' });
    });
    this.waiting.delete(id);
    if (answer.problem) throw new Error(answer.problem);
    return answer.value;
  }

  end(): void {
    this.isExpected = true;
    this.child.kill('SIGKILL');
  }
}
