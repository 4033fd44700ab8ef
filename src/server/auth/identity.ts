import { noteAddress } from '@/server/auth/address-hash';
import { admitNewVisitor } from '@/server/auth/new-visitor';
import { readSession } from '@/server/auth/session';
import { verifierOf } from '@/server/auth/visitor-secret';
import { AppError } from '@/server/base/errors';
import { stillLiving, type LiveSession } from '@/server/domain/user/session';
import { mintVisitor, visitorByVerifier } from '@/server/domain/user/visitor';
import { personName } from '@/shared/text';
import type { Member, Viewer } from '@/shared/user';

/** What a request or a socket brings to say who it is. */
export type Credentials = {
  /** The visitor's, from the header or the connection's parameters. */
  secret?: string | null | undefined;
  /** The `Cookie` header: a session in it wins over the visitor's secret. */
  cookie?: string | undefined;
  /**
   * Who the browser believes to be: an account's id, or `visitor`. A call that was meant for somebody
   * else is refused, so that nothing written as one person is sent as another.
   */
  as?: string | null | undefined;
  /** What the browser would call its visitor; one that cannot be a name counts as none. */
  name?: string | null | undefined;
  address: string;
};

/** Looks into the database, and ends those identities that are nobody's any more. */
export async function endTheDead(identities: readonly Identity[]): Promise<void> {
  const sessions = identities.flatMap(({ session }) => session?.id ?? []);
  const verifiers = identities.flatMap(({ session, verifier }) => (session ? [] : (verifier ?? [])));
  const living = await stillLiving(sessions, verifiers);
  for (const identity of identities)
    if (!living.has(identity.session?.id ?? identity.verifier?.toString('hex') ?? '')) identity.endNow();
}

const stranger = { kind: 'stranger', userId: null } as const;

export const identityEnded = () =>
  new AppError(
    'UNAUTHORIZED',
    'identity_ended',
    'You are signed out here. What you wrote is kept in this browser.',
  );
const identityChanged = () =>
  new AppError('UNAUTHORIZED', 'identity_changed', 'Somebody else is signed in here by now.');

/**
 * Who is at the other end of a request or a socket. A stranger becomes a visitor at their first write;
 * on a socket, every later call and every open stream sees the new viewer.
 */
export class Identity {
  private minting: Promise<Member> | undefined;
  private isOver = false;
  // No signals: one of those weighs a kilobyte, and thousands of sockets have an identity each.
  private readonly ended: (() => void)[] = [];
  private readonly minted: (() => void)[] = [];

  /** Hears of a stranger's becoming somebody; by throwing it keeps them from it. */
  onMember: (member: Member) => void = () => {};

  private constructor(
    private current: Viewer,
    /** The signed-in browser; null for visitors and strangers. */
    readonly session: LiveSession | null,
    /** Of the visitor's secret that came along, also when a session wins over it. */
    readonly verifier: Buffer | null,
    /** The address prefix that limits count by: an IPv4 address, or 64 bits of an IPv6 one. */
    readonly address: string,
    private readonly suggestedName: string | null,
  ) {}

  /**
   * @throws {AppError} BAD_REQUEST when the secret is malformed, UNAUTHORIZED when it or the session that
   *   the browser counts on is nobody's any more
   */
  static async resolve({ secret, cookie, as, name, address }: Credentials): Promise<Identity> {
    const verifier = secret ? verifierOf(secret) : null;
    const session = await readSession(cookie);
    const told = as == null || as === '' ? null : as;
    if (told !== null && told !== (session?.member.userId ?? 'visitor'))
      throw session ? identityChanged() : identityEnded();
    const visitor = session || !verifier ? null : await visitorByVerifier(verifier);
    if (visitor === 'spent') throw identityEnded();
    const known = name == null ? null : personName.safeParse(name);
    const viewer = session?.member ?? visitor ?? stranger;
    return new Identity(viewer, session, verifier, address, known?.data ?? null);
  }

  get viewer(): Viewer {
    return this.current;
  }

  /** What limits count by: the person, or the address of one who has no row yet. */
  get key(): string {
    return this.current.userId ?? this.address;
  }

  /** Whether this identity is nobody's any more: signed out, claimed, erased. */
  get isEnded(): boolean {
    return this.isOver;
  }

  /** Ends every stream of this identity; later calls over its connection are refused. */
  endNow(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const listener of this.ended) listener();
  }

  /** Calls back when this identity ends, also when it has. */
  onEnded(listener: () => void): void {
    if (this.isOver) listener();
    else this.ended.push(listener);
  }

  /** Calls back when a stranger has become a visitor. */
  onMinted(listener: () => void): void {
    if (this.current.kind === 'stranger') this.minted.push(listener);
  }

  /** Looks into the database, and ends this identity when it is nobody's any more. */
  async hasEnded(): Promise<boolean> {
    const { userId } = this.current;
    if (this.isOver) return true;
    if (userId === null) return false;
    await endTheDead([this]);
    return this.isOver;
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

  /**
   * The viewer with an account.
   * @throws {AppError} UNAUTHORIZED for visitors and strangers
   */
  account(): { viewer: Member; session: LiveSession } {
    if (!this.session)
      throw new AppError('UNAUTHORIZED', 'account_needed', 'Sign in to your account to do this.');
    return { viewer: this.session.member, session: this.session };
  }

  /** The visitor whose secret came along with a session; null when it is nobody's. */
  async unclaimedVisitor(): Promise<{ id: string; name: string } | null> {
    const visitor = this.session && this.verifier ? await visitorByVerifier(this.verifier) : null;
    return visitor && visitor !== 'spent' ? { id: visitor.userId, name: visitor.name } : null;
  }

  /** What this viewer is called from now on. */
  adopt(member: Member): Member {
    return (this.current = member);
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
    if (known === 'spent') throw identityEnded();
    if (!known) await admitNewVisitor(this.address, this.verifier, proof);
    const member = known ?? (await mintVisitor(this.verifier, name));
    this.onMember(member);
    this.current = member;
    for (const listener of this.minted) listener();
    return member;
  }
}
