/** One call over HTTP to one instance, past the client's queue and transport. */
export type Answer = { type: 'ok'; data: unknown } | { type: 'fail' | 'info'; code: string };

const passing = new Set(['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR']);

/** @param url of the instance; @returns `info` when it is not known whether it was done */
export async function callDirectly(
  url: string,
  { path, input, secret }: { path: string; input: unknown; secret: string },
): Promise<Answer> {
  try {
    const answer = await fetch(new URL(`/api/trpc/${path}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-foyer-visitor': secret },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(10_000),
    });
    const told = (await answer.json()) as {
      result?: { data: unknown };
      error?: { data?: { code?: string } };
    };
    if (told.result) return { type: 'ok', data: told.result.data };
    const code = told.error?.data?.code ?? String(answer.status);
    return { type: passing.has(code) ? 'info' : 'fail', code };
  } catch (cause) {
    return { type: 'info', code: String(cause) };
  }
}
