/** A process full of browsers: does what the rig orders, and writes down what happens. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { once, setMaxListeners } from 'node:events';
import type { Delivery, Event } from '../history';
import { Crowd } from './crowd';
import type { Asked, CrowdOptions, Order } from './orders';
import { Workload } from './workload';

const knockEveryMs = 2_000;
const flushEveryMs = 250;
// Hundreds of tabs listen to the same things here: that is no leak.
setMaxListeners(0);

/** A file of lines, written many at a time. */
class Lines {
  private readonly file: WriteStream;
  private readonly timer = setInterval(() => this.flush(), flushEveryMs);
  private waiting = '';

  constructor(name: string) {
    this.file = createWriteStream(name);
  }

  add(line: string): void {
    this.waiting += `${line}\n`;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.flush();
    this.file.end();
    await once(this.file, 'finish');
  }

  private flush(): void {
    if (this.waiting !== '') this.file.write(this.waiting);
    this.waiting = '';
  }
}

class Diary {
  private readonly events: Lines;
  private readonly deliveries: Lines;

  constructor(files: CrowdOptions['files']) {
    this.events = new Lines(files.events);
    this.deliveries = new Lines(files.deliveries);
  }

  readonly write = (event: Event | Delivery): void => {
    const isDelivery = event.f === 'recv' || event.f === 'snap' || event.f === 'sub';
    (isDelivery ? this.deliveries : this.events).add(JSON.stringify(event));
  };

  async close(): Promise<void> {
    await Promise.all([this.events.close(), this.deliveries.close()]);
  }
}

type State = { crowd: Crowd; workload: Workload; diary: Diary };
let state: State | undefined;

const started = (): State => {
  if (!state) throw new Error('The worker was not started.');
  return state;
};

async function obey(order: Order): Promise<unknown> {
  switch (order.type) {
    case 'start': {
      // One package of the client asks the language's own global where its page is.
      Object.assign(globalThis, { document: { baseURI: order.options.baseUrl } });
      const diary = new Diary(order.options.files);
      const crowd = new Crowd(order.options, diary.write);
      state = { crowd, workload: new Workload(crowd), diary };
      setInterval(() => crowd.pages().forEach(({ tab }) => tab.knockAgain()), knockEveryMs);
      return undefined;
    }
    case 'load':
      return order.isOn ? started().workload.start() : started().workload.stop();
    case 'storm':
      started().workload.copies = order.copies;
      return undefined;
    case 'unsettled':
      return started().crowd.unsettled(order.revs, new Set(order.shut));
    case 'sockets':
      return started()
        .crowd.pages()
        .reduce((sum, { page }) => sum + page.socketCount(), 0);
    case 'readAll':
      return started().crowd.readAll();
    case 'finals':
      return started().crowd.tellFinals();
    case 'close': {
      const { crowd, diary } = started();
      crowd.close();
      await diary.close();
      return undefined;
    }
  }
}

process.on('message', ({ id, order }: Asked) => {
  obey(order).then(
    (value) => process.send?.({ id, value }),
    (cause: unknown) => process.send?.({ id, problem: cause instanceof Error ? cause.stack : String(cause) }),
  );
});
// The rig is gone: nobody else would stop us.
process.on('disconnect', () => process.exit(0));
