import type { IncomingMessage } from 'node:http';
import { noteAddress } from '@/server/auth/address-hash';
import { admitNewVisitor } from '@/server/auth/new-visitor';
import { verifierOf } from '@/server/auth/visitor-secret';
import { env } from '@/server/base/env';
import { AppError } from '@/server/base/errors';
import { mintVisitor, renameUser, visitorByVerifier } from '@/server/domain/user/visitor';
import { personName } from '@/shared/text';
import type { Member, Viewer } from '@/shared/user';

/**
 * Who is at the other end of a request or a socket. A stranger becomes a visitor at their first write;
 * on a socket, every later call and every open stream sees the new viewer.
 */
export class Identity {
  private minting: Promise<Member> | undefined;

  /** Hears of a stranger's becoming somebody; by throwing it keeps them from it. */
  onMember: (member: Member) => void = () => {};

  private constructor(
    private current: Viewer,
    private readonly verifier: Buffer | null,
    /** The address prefix that limits count by: an IPv4 address, or 64 bits of an IPv6 one. */
    readonly address: string,
    private readonly suggestedName: string | null,
  ) {}

  /**
   * @param secret the visitor's, from the header or the connection's parameters
   * @param suggestedName what their browser would call them; one that cannot be a name counts as none
   * @throws {AppError} BAD_REQUEST when the secret is malformed
   */
  static async resolve(
    secret: string | null,
    address: string,
    suggestedName: string | null = null,
  ): Promise<Identity> {
    const verifier = secret ? verifierOf(secret) : null;
    const viewer = verifier
      ? await visitorByVerifier(verifier)
      : ({ kind: 'stranger', userId: null } as const);
    const name = suggestedName === null ? null : personName.safeParse(suggestedName);
    return new Identity(viewer, verifier, address, name?.data ?? null);
  }

  get viewer(): Viewer {
    return this.current;
  }

  /** What limits count by: the person, or the address of one who has no row yet. */
  get key(): string {
    return this.current.userId ?? this.address;
  }

  /**
   * The viewer with a row, as a write needs it; a stranger's is made now.
   * @param name what to call them, when the call itself says so
   * @throws {AppError} UNAUTHORIZED without any secret; PRECONDITION_REQUIRED or TOO_MANY_REQUESTS when one
   *   address makes too many
   */
  async member(name: string = this.suggestedName ?? 'Visitor'): Promise<Member> {
    const member =
      this.current.kind === 'stranger'
        ? await (this.minting ??= this.mint(name).finally(() => (this.minting = undefined)))
        : this.current;
    await noteAddress(member, this.address);
    return member;
  }

  /**
   * The same with a proof of work, where one is asked for.
   * @throws {AppError} FORBIDDEN when the proof is not good
   */
  async prove(proof: string, name: string = this.suggestedName ?? 'Visitor'): Promise<Member> {
    if (this.current.kind === 'stranger' && !this.minting)
      this.minting = this.mint(name, proof).finally(() => (this.minting = undefined));
    return this.member(name);
  }

  async rename(name: string): Promise<Member> {
    const member = await this.member(name);
    return (this.current = member.name === name ? member : await renameUser(member, name));
  }

  private async mint(name: string, proof?: string): Promise<Member> {
    if (!this.verifier)
      throw new AppError(
        'UNAUTHORIZED',
        'identity_needed',
        'Your browser sent no identity. Reload the page and try again.',
      );
    // Another tab of the same browser may have been first.
    const known = await visitorByVerifier(this.verifier);
    if (known.kind !== 'stranger') {
      this.onMember(known);
      return (this.current = known);
    }
    await admitNewVisitor(this.address, this.verifier, proof);
    const member = await mintVisitor(this.verifier, name);
    this.onMember(member);
    return (this.current = member);
  }
}

/** The address prefix of a request, behind as many proxies as TRUSTED_PROXIES says. */
export function addressOf(req: IncomingMessage): string {
  const hops = String(req.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((hop) => hop.trim());
  const trusted = env().TRUSTED_PROXIES;
  const address = (trusted > 0 && hops.at(-trusted)) || req.socket.remoteAddress || 'unknown';
  return prefixOf(address.replace(/^::ffff:(?=\d+\.)/, ''));
}

/** An IPv4 address as it is; of an IPv6 address its first 64 bits, which one household has. */
export function prefixOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':')}::/64`;
}
