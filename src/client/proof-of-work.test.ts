import { createTRPCClient, TRPCClientError, type TRPCClient, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { beforeEach, expect, it, vi } from 'vitest';
import { provingLink } from '@/client/proof-of-work';
import type { AppRouter } from '@/server/api/root';

vi.mock('@/client/identity', () => ({ visitorName: () => 'Quiet Otter' }));
vi.mock('@/client/solve-challenge', () => ({ solve: async (challenge: string) => `solved ${challenge}` }));

let isProven: boolean;
let calls: string[];
const hand = vi.fn<(input: { proof: string; name: string }) => Promise<unknown>>();
beforeEach(() => {
  isProven = false;
  calls = [];
  hand.mockReset().mockImplementation(async () => (isProven = true));
});

const wanted = () =>
  new TRPCClientError<AppRouter>('Work first.', {
    result: {
      error: {
        message: 'Work first.',
        code: -32028,
        data: {
          code: 'PRECONDITION_REQUIRED',
          reason: 'proof_of_work',
          httpStatus: 428,
          challenge: 'a riddle',
        },
      },
    } as never,
  });
const serverLink: TRPCLink<AppRouter> =
  () =>
  ({ op }) =>
    observable((observer) => {
      calls.push(op.path);
      if (!isProven) return observer.error(wanted());
      observer.next({ result: { type: 'data', data: { me: op.path } } });
      observer.complete();
    });
const client = (): TRPCClient<AppRouter> =>
  createTRPCClient<AppRouter>({ links: [provingLink(hand), serverLink] });

it('works once for all calls that wait for it, and makes each of them again', async () => {
  const { session } = client();
  const answers = await Promise.all([session.get.query(), session.get.query(), session.get.query()]);
  expect(answers).toEqual(Array.from({ length: 3 }, () => ({ me: 'session.get' })));
  expect(hand.mock.calls).toEqual([[{ proof: 'solved a riddle', name: 'Quiet Otter' }]]);
  expect(calls).toHaveLength(6);
});

it('tells the caller when the work is refused, and works anew for the next call', async () => {
  hand.mockRejectedValueOnce(new Error('no'));
  const { session } = client();
  await expect(session.get.query()).rejects.toThrow('Work first.');
  expect(await session.get.query()).toEqual({ me: 'session.get' });
  expect(hand).toHaveBeenCalledTimes(2);
});
