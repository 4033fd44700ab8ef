/**
 * Who may call what, for every procedure and stream: a row each, or the matrix test fails. To add a
 * procedure, add its row below: a level of `levels`, and an input made from the stage that is set for it.
 * What differs from the level stands in `but`, by role; `isOnce` gives every role a stage of its own.
 */
import { newId } from '@/server/testing/factories';

export const roles = [
  'stranger',
  'visitor',
  'expired',
  'revoked',
  'removed',
  'banned',
  'guest',
  'member',
  'admin',
  'moderator',
  'owner',
] as const;
export type Role = (typeof roles)[number];
export type Kind = 'private' | 'public';
export type Told = 'ok' | 'NOT_FOUND' | 'FORBIDDEN' | 'UNAUTHORIZED' | 'CONFLICT';

/** A room with somebody in every role; `target` is a member on whom things are done. */
export type Stage = {
  roomId: string;
  slug: string;
  mainId: string;
  sideId: string;
  /** By the owner, in the main thread. */
  messageId: string;
  heldId: string;
  linkId: string;
  linkToken: string;
  targetId: string;
};

const seated: readonly Role[] = ['guest', 'member', 'moderator', 'owner'];
const among = (all: readonly Role[], role: Role, otherwise: Told): Told =>
  all.includes(role) ? 'ok' : otherwise;

/** The outcome of each level, by the kind of room: open ones let visitors write, private ones nobody. */
export const levels = {
  /** It is about the caller alone, or lists what they may see. */
  anyone: () => 'ok',
  reader: (role, kind) =>
    kind === 'private' ? among(seated, role, 'NOT_FOUND') : role === 'banned' ? 'NOT_FOUND' : 'ok',
  /** Needs a seat; an open room gives one to whoever was not put out. */
  writer(role, kind) {
    if (kind === 'public') return role === 'banned' ? 'NOT_FOUND' : role === 'removed' ? 'FORBIDDEN' : 'ok';
    return role === 'guest' ? 'FORBIDDEN' : among(seated, role, 'NOT_FOUND');
  },
  people: (role, kind) => (seated.includes(role) ? 'ok' : outside(role, kind, ['admin'])),
  moderator: (role, kind) => ranked(role, kind, ['moderator', 'owner', 'admin']),
  owner: (role, kind) => ranked(role, kind, ['owner', 'admin']),
} satisfies Record<string, (role: Role, kind: Kind) => Told>;

/** Whoever has no seat: a private room is not there for them, an open one says no. */
function outside(role: Role, kind: Kind, allowed: readonly Role[]): Told {
  if (kind === 'private' || role === 'banned') return 'NOT_FOUND';
  return among(allowed, role, 'FORBIDDEN');
}
const ranked = (role: Role, kind: Kind, allowed: readonly Role[]): Told =>
  seated.includes(role) ? among(allowed, role, 'FORBIDDEN') : outside(role, kind, allowed);

type Row = {
  level: keyof typeof levels;
  input?(stage: Stage): unknown;
  but?: Partial<Record<Kind, Partial<Record<Role, Told>>>>;
  isOnce?: boolean;
};

const room = ({ roomId }: Stage) => ({ roomId });
const onTarget = ({ roomId, targetId }: Stage) => ({ roomId, userId: targetId });
const message = ({ mainId, messageId }: Stage) => ({ threadId: mainId, id: messageId });
const everywhere = (over: Partial<Record<Role, Told>>) => ({ private: over, public: over });
const authorOnly: Row['but'] = {
  private: { guest: 'FORBIDDEN', member: 'FORBIDDEN', moderator: 'FORBIDDEN' },
  public: Object.fromEntries(
    roles.filter((role) => role !== 'banned' && role !== 'owner').map((role) => [role, 'FORBIDDEN']),
  ),
};
/** A moderator's right that comes with a seat: an administrator has none. */
const notAdmin: Row['but'] = { public: { admin: 'FORBIDDEN' } };

/** Procedures of the caller's own account and sign-in: they take no room, and each has tests of its own. */
export const ownAccount = /^(user|session)\./;

export const matrix: Record<string, Row> = {
  'inbox.list': { level: 'anyone', input: () => ({}) },
  'inbox.unread': { level: 'anyone', input: ({ mainId }) => ({ threadIds: [mainId] }) },
  'inbox.markRead': { level: 'reader', input: room },
  'inbox.onEvent': { level: 'anyone' },

  'message.list': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId }) },
  'message.get': { level: 'reader', input: message },
  'message.history': { level: 'reader', input: message },
  'message.send': {
    level: 'writer',
    input: ({ mainId }) => ({ id: newId(), threadId: mainId, text: 'Mine' }),
  },
  'message.edit': {
    level: 'reader',
    input: (stage) => ({ ...message(stage), text: 'Canary, edited' }),
    but: authorOnly,
  },
  'message.delete': {
    level: 'moderator',
    input: message,
    but: { private: { moderator: 'FORBIDDEN' }, public: { moderator: 'FORBIDDEN', admin: 'FORBIDDEN' } },
  },
  'message.restore': { level: 'moderator', input: message, but: notAdmin },
  'message.react': { level: 'writer', input: (stage) => ({ ...message(stage), emoji: '👍', isOn: true }) },
  'message.report': {
    level: 'reader',
    input: (stage) => ({ ...message(stage), reason: 'spam' }),
    but: everywhere({ owner: 'FORBIDDEN' }),
  },

  'room.moderate': { level: 'moderator', input: (stage) => ({ ...room(stage), slowModeMs: 0 }) },
  'room.mute': { level: 'moderator', input: (stage) => ({ ...onTarget(stage), forMs: 0 }) },
  'room.ban': { level: 'moderator', input: onTarget },
  'room.unban': { level: 'moderator', input: onTarget },
  'room.purge': { level: 'moderator', input: (stage) => ({ ...onTarget(stage), hours: 1 }) },
  'room.bans': { level: 'moderator', input: room },
  'room.queues': { level: 'anyone' },
  'room.held': { level: 'moderator', input: room },
  'room.approve': {
    level: 'moderator',
    isOnce: true,
    input: ({ roomId, heldId }) => ({ roomId, id: heldId }),
  },
  'room.reject': {
    level: 'moderator',
    isOnce: true,
    input: ({ roomId, heldId }) => ({ roomId, id: heldId }),
  },
  'room.reports': { level: 'moderator', input: room },
  'room.resolve': {
    level: 'moderator',
    isOnce: true,
    input: ({ roomId, messageId }) => ({ roomId, messageId, action: 'dismiss' }),
  },
  'room.audit': { level: 'moderator', input: room },

  'room.list': { level: 'anyone', input: () => ({ search: 'Canary' }) },
  'room.hasPutAway': { level: 'anyone', input: () => undefined },
  'room.get': { level: 'reader', input: ({ slug }) => ({ slug }) },
  'room.create': {
    level: 'anyone',
    input: () => ({ id: newId(), name: 'Mine', kind: 'private', visitors: 'none' }),
  },
  'room.direct': { level: 'anyone', input: ({ targetId }) => ({ userIds: [targetId] }) },
  'room.update': { level: 'moderator', input: (stage) => ({ ...room(stage), topic: 'Canary topic' }) },
  'room.archive': { level: 'owner', input: (stage) => ({ ...room(stage), isArchived: false }) },
  'room.hide': { level: 'reader', input: (stage) => ({ ...room(stage), isHidden: false }) },
  'room.join': { level: 'reader', input: room },
  'room.leave': { level: 'reader', input: room, but: everywhere({ owner: 'CONFLICT' }) },
  'room.members': { level: 'people', input: room },
  'room.people': { level: 'reader', input: room },
  'room.contacts': { level: 'anyone', input: () => ({}) },
  'room.invite': {
    level: 'moderator',
    input: ({ roomId, targetId }) => ({ roomId, userIds: [targetId] }),
  },
  'room.remove': { level: 'moderator', input: onTarget },
  'room.setRole': { level: 'owner', input: (stage) => ({ ...onTarget(stage), role: 'member' }) },
  'room.transfer': { level: 'owner', isOnce: true, input: onTarget },
  'room.createLink': {
    level: 'moderator',
    input: (stage) => ({
      ...room(stage),
      id: newId(),
      token: newId().replaceAll('-', '').padEnd(43, 'A'),
      role: 'member',
      hours: 1,
      usesMax: 1,
    }),
  },
  'room.links': { level: 'moderator', input: room },
  'room.revokeLink': { level: 'moderator', input: ({ roomId, linkId }) => ({ roomId, id: linkId }) },
  'room.invitation': {
    level: 'anyone',
    input: ({ linkToken }) => ({ token: linkToken }),
    but: everywhere({ banned: 'NOT_FOUND' }),
  },

  'thread.list': { level: 'anyone', input: room },
  'thread.get': { level: 'reader', input: ({ sideId }) => ({ id: sideId }) },
  'thread.create': { level: 'writer', input: ({ roomId }) => ({ id: newId(), roomId, title: 'Mine' }) },
  'thread.update': {
    level: 'moderator',
    input: ({ sideId }) => ({ id: sideId, title: 'Canary side' }),
    but: notAdmin,
  },
  'thread.archive': {
    level: 'moderator',
    input: ({ sideId }) => ({ id: sideId, isArchived: false }),
    but: notAdmin,
  },
  'thread.delete': {
    level: 'moderator',
    isOnce: true,
    input: ({ sideId }) => ({ id: sideId }),
    but: notAdmin,
  },
  'thread.markRead': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId, seq: 1 }) },
  'thread.markUnread': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId }) },
  'thread.follow': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId, following: true }) },
  'thread.drafts': { level: 'anyone' },
  'thread.saveDraft': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId, text: 'Mine' }) },
  'thread.setTyping': { level: 'writer', input: ({ mainId }) => ({ threadId: mainId, isTyping: true }) },
  'thread.markDelivered': {
    level: 'anyone',
    input: ({ mainId }) => ({ marks: [{ threadId: mainId, seq: 1 }] }),
  },
  'thread.readers': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId, seq: 1 }) },
  'thread.onEvent': { level: 'reader', input: ({ mainId }) => ({ threadId: mainId }) },
};
