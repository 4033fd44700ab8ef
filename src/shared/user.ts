export type UserKind = 'registered' | 'visitor' | 'imported' | 'bot';

/** What others see of a person. */
export type PersonView = {
  id: string;
  kind: UserKind;
  name: string;
  /** Which generated picture they chose; absent for the one that comes with their id. */
  picture?: number;
  /** The account that they are by now; for a visitor whom an older message calls. */
  accountId?: string;
};
/** A name in running text: anybody can call themselves anything, but only accounts stand there bare. */
export const nameOf = ({ name, kind }: Pick<PersonView, 'name' | 'kind'>): string =>
  kind === 'visitor' ? `${name} (visitor)` : name;
/** The people that a page or a batch speaks of, by id. */
export type People = Record<string, PersonView>;

/**
 * Who calls. A stranger has no row yet: their first write makes it, from the secret's verifier.
 * `userId` is null just for strangers.
 */
export type ViewerKind = 'stranger' | 'visitor' | 'registered';
export type Viewer =
  | { kind: 'stranger'; userId: null }
  | { kind: 'visitor' | 'registered'; userId: string; name: string; isAdmin: boolean };
/** A viewer who has a row, as every write needs. */
export type Member = Exclude<Viewer, { kind: 'stranger' }>;

/** What a person lets others see. Who hides a thing does not see it of others. */
export type Sharing = { showsReceipts: boolean; showsTyping: boolean; showsPresence: boolean };

export type MeView = Sharing & {
  id: string;
  kind: 'visitor' | 'registered';
  name: string;
  isAdmin: boolean;
  picture?: number;
};
export type RoomCreation = 'allowed' | 'needs_account' | 'closed';
export type SessionView = {
  me: MeView | null;
  /** The visitor that this browser was before it signed in, while it is nobody's yet. */
  visitor: { id: string; name: string } | null;
  /** Whether whoever is here may make rooms on this instance, or what they lack. */
  roomCreation: RoomCreation;
  signIn: { canRegister: boolean; providers: { id: string; name: string }[] };
};
/** What anybody who may see a person sees. */
export type ProfileView = PersonView & { bio: string };
