import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

const clientId = 'foyer-test';
const clientSecret = 'the secret of a test';
const alg = 'RS256';

type Person = { sub: string; name?: string; email?: string; email_verified?: boolean };
type Grant = { person: Person; challenge: string; redirectUri: string; nonce: string };
/** What the provider says wrongly: claims of its own, or a signature by a key that it never published. */
type Lie = { claims?: JWTPayload; hasForeignKey?: boolean };

const bodyOf = async (req: IncomingMessage) => {
  let text = '';
  for await (const part of req) text += String(part);
  return new URLSearchParams(text);
};

/**
 * A small OpenID Connect provider on this machine, as strict as the real ones: each code once, PKCE always.
 * @param port where it listens; a free one without it
 */
export async function startOidcProvider(port = 0) {
  const [pair, foreign] = await Promise.all([generateKeyPair(alg), generateKeyPair(alg)]);
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg, use: 'sig' };
  const grants = new Map<string, Grant>();
  let lie: Lie = {};

  async function tokenFor(form: URLSearchParams): Promise<object | null> {
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) return null;
    const { sub, ...rest } = grant.person;
    const token = new SignJWT({ ...rest, nonce: grant.nonce, ...lie.claims })
      .setProtectedHeader({ alg, kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .setSubject(sub)
      .setIssuer(typeof lie.claims?.iss === 'string' ? lie.claims.iss : issuer)
      .setAudience(lie.claims?.aud ?? clientId);
    const key = lie.hasForeignKey ? foreign.privateKey : pair.privateKey;
    return {
      access_token: randomBytes(16).toString('hex'),
      token_type: 'Bearer',
      id_token: await token.sign(key),
    };
  }

  /** Somebody consents at the address that their browser was sent to. @returns what it brings back */
  function authorize(address: string, person: Person): { code: string; state: string } {
    const { searchParams } = new URL(address);
    const asked = (name: string) => searchParams.get(name) ?? '';
    if (asked('code_challenge_method') !== 'S256') throw new Error('The address asks for no PKCE.');
    const code = randomBytes(16).toString('hex');
    grants.set(code, {
      person,
      challenge: asked('code_challenge'),
      redirectUri: asked('redirect_uri'),
      nonce: asked('nonce'),
    });
    return { code, state: asked('state') };
  }

  let visitor: Person | undefined;
  const server = createServer((req, res) => {
    const answer = (status: number, value: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(JSON.stringify(value));
    };
    const address = new URL(req.url ?? '', issuer);
    if (address.pathname === '/authorize' && visitor) {
      const target = new URL(address.searchParams.get('redirect_uri') ?? issuer);
      target.search = new URLSearchParams(authorize(address.href, visitor)).toString();
      res.writeHead(302, { location: target.href });
      res.end();
      return;
    }
    if (req.url === '/.well-known/openid-configuration')
      return answer(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [alg],
      });
    if (req.url === '/keys') return answer(200, { keys: [jwk] });
    bodyOf(req)
      .then(tokenFor)
      .then(
        (token) => answer(token ? 200 : 400, token ?? { error: 'invalid_grant' }),
        () => answer(500, {}),
      );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    settings: { OIDC_ISSUER: issuer, OIDC_ID: clientId, OIDC_SECRET: clientSecret },
    /** What the provider says wrongly from now on. */
    lieAbout(next: Lie): void {
      lie = next;
    },
    authorize,
    /** Whoever comes with a browser consents at once, as this person. */
    expect(person: Person): void {
      visitor = person;
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
