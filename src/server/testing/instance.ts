import { runToExit, serve } from '@/server/serve';

/** A whole process of Foyer for tests, with a stand-in for the pages. */
runToExit(() =>
  serve(() =>
    Promise.resolve({
      servePage: async (_, res) => void res.end('page'),
      close: () => Promise.resolve(),
    }),
  ),
);

/** A fault of the program that nothing catches. */
process.on('message', (message) => {
  if (message === 'fault') void Promise.reject(new Error('A promise that nobody waits for.'));
});
