import type { Bug } from './bug';

/** What a browser does with what it has to send. */
export const clientBugs: readonly Bug[] = [
  {
    id: 'M15',
    about: 'gives a message another id when it is sent again',
    mutations: [
      {
        file: 'client/message/outbox-calls.ts',
        find: '      const { id, text, replyTo } = item;',
        put: '      const { text, replyTo } = item;\n      const id = item.attempts > 1 ? crypto.randomUUID() : item.id;',
      },
    ],
    faults: ['F14', 'F1', 'F7'],
    caughtBy: ['I2', 'I3'],
    plan: { restSeconds: 0.3, rate: 30 },
  },
  {
    id: 'M16',
    about: 'lets two tabs send one queue',
    mutations: [
      {
        file: 'client/message/outbox-session.ts',
        find: '    if (this.isLeading || this.keeper.isOnlyHere(item.itemId)) return true;',
        put: '    return true;',
      },
    ],
    faults: ['F14'],
    caughtBy: ['I14'],
    plan: { tabsMax: 3 },
  },
];
