import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { env } from '@/server/base/env';
import { Browser, goodPassword, makeRegistered } from '@/server/testing/account';
import { changeSettings, startServer, type TestServer } from '@/server/testing/server';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ GITHUB_ID: 'an-id', GITHUB_SECRET: 'a-secret-of-github' });
});
afterAll(async () => {
  changeSettings({ GITHUB_ID: '', GITHUB_SECRET: '' });
  await server.close();
});

const lies = {
  host: 'evil.example',
  forwarded: 'host=evil.example;proto=https',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-server': 'evil.example',
  'x-original-host': 'evil.example',
  'x-original-url': '//evil.example/',
};

describe('a request that lies about where it came to', () => {
  it('S32: does not change where a provider sends people back to', async () => {
    const browser = new Browser(server);
    for (const callbackUrl of ['/', 'https://evil.example/', '//evil.example']) {
      const answer = await browser.post('/api/auth/signin/github', { callbackUrl }, lies);
      const { url } = JSON.parse(answer.text) as { url: string };
      expect(new URL(url).origin).toBe('https://github.com');
      const back = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
      expect(back.origin).toBe(new URL(process.env['NEXTAUTH_URL'] ?? '').origin);
      expect(JSON.stringify([answer.text, answer.headers])).not.toContain('evil.example');
    }
    expect(process.env['NEXTAUTH_URL']).toContain('localhost');
  });

  it('S32: does not change where a sign-in or a sign-out leads, nor any link that we make', async () => {
    const { email } = await makeRegistered();
    const browser = new Browser(server);
    const form = { email, password: goodPassword, callbackUrl: 'https://evil.example/' };
    for (const path of ['/api/auth/callback/credentials', '/api/auth/signout']) {
      const answer = await browser.post(path, form, lies);
      expect(answer.status).toBe(200);
      expect(JSON.stringify([answer.text, answer.headers])).not.toContain('evil.example');
    }
    for (const path of ['/api/auth/providers', '/api/auth/csrf', '/api/trpc/session.get', '/']) {
      const answer = await browser.send(path, { headers: lies });
      expect(JSON.stringify([answer.text, answer.headers])).not.toContain('evil.example');
    }
    // Links for a new password and for the admin are made of this alone.
    expect(env().baseUrl).toMatch(/^http:\/\/localhost:\d+$/);
  });
});
