import {
  createProcedure,
  lookupProcedure,
  publicProcedure,
  router,
  searchProcedure,
  writeProcedure,
} from '@/server/api/trpc';
import { openDirectRoom } from '@/server/domain/room/direct';
import {
  createLink,
  joinByLink,
  listLinks,
  readInvitation,
  revokeLink,
} from '@/server/domain/room/invite-link';
import { hideRoom, leaveRoom } from '@/server/domain/room/leave';
import { roomPeople } from '@/server/domain/room/mentionable';
import { inviteMembers, listContacts, listMembers } from '@/server/domain/room/people';
import { hasRoomsPutAway } from '@/server/domain/room/put-away';
import { getListedRoom, listRooms } from '@/server/domain/room/read';
import { removeMember } from '@/server/domain/room/remove';
import { setRole, transferRoom } from '@/server/domain/room/roles';
import { archiveRoom, updateRoom } from '@/server/domain/room/update';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { createLinkInput, invitationInput, joinRoomInput, revokeLinkInput } from '@/shared/invite-link';
import * as inputs from '@/shared/room';

export const roomRouter = router({
  people: lookupProcedure
    .input(inputs.roomPeopleInput)
    .query(({ ctx, input }) => roomPeople(ctx.identity.viewer, input)),
  list: searchProcedure
    .input(inputs.listRoomsInput)
    .query(({ ctx, input }) => listRooms(ctx.identity.viewer, input)),
  hasPutAway: publicProcedure.query(({ ctx }) => hasRoomsPutAway(ctx.identity.viewer)),
  get: publicProcedure
    .input(inputs.getRoomInput)
    .query(({ ctx, input }) => getListedRoom(ctx.identity.viewer, input)),
  create: createProcedure
    .input(inputs.createRoomInput)
    .mutation(async ({ ctx, input }) => createRoom(await ctx.identity.member(), input)),
  direct: createProcedure
    .input(inputs.directRoomInput)
    .mutation(async ({ ctx, input }) => openDirectRoom(await ctx.identity.member(), input)),
  update: writeProcedure
    .input(inputs.updateRoomInput)
    .mutation(async ({ ctx, input }) => updateRoom(await ctx.identity.member(), input)),
  archive: writeProcedure
    .input(inputs.archiveRoomInput)
    .mutation(async ({ ctx, input }) => archiveRoom(await ctx.identity.member(), input)),
  hide: writeProcedure
    .input(inputs.hideRoomInput)
    .mutation(async ({ ctx, input }) => hideRoom(await ctx.identity.member(), input)),
  join: writeProcedure
    .input(joinRoomInput)
    .mutation(async ({ ctx: { identity }, input }) =>
      'token' in input
        ? joinByLink(identity.viewer, input.token, () => identity.member(input.name))
        : joinRoomByCall(await identity.member(), input.roomId),
    ),
  leave: writeProcedure
    .input(inputs.roomKeyInput)
    .mutation(async ({ ctx, input }) => leaveRoom(await ctx.identity.member(), input)),
  members: publicProcedure
    .input(inputs.listMembersInput)
    .query(({ ctx, input }) => listMembers(ctx.identity.viewer, input)),
  contacts: publicProcedure
    .input(inputs.contactsInput)
    .query(({ ctx, input }) => listContacts(ctx.identity.viewer, input)),
  invite: writeProcedure
    .input(inputs.inviteMembersInput)
    .mutation(async ({ ctx, input }) => inviteMembers(await ctx.identity.member(), input)),
  remove: writeProcedure
    .input(inputs.removeMemberInput)
    .mutation(async ({ ctx, input }) => removeMember(await ctx.identity.member(), input)),
  setRole: writeProcedure
    .input(inputs.setRoleInput)
    .mutation(async ({ ctx, input }) => setRole(await ctx.identity.member(), input)),
  transfer: writeProcedure
    .input(inputs.removeMemberInput)
    .mutation(async ({ ctx, input }) => transferRoom(await ctx.identity.member(), input)),
  createLink: createProcedure
    .input(createLinkInput)
    .mutation(async ({ ctx, input }) => createLink(await ctx.identity.member(), input)),
  links: publicProcedure
    .input(inputs.roomKeyInput)
    .query(({ ctx, input }) => listLinks(ctx.identity.viewer, input)),
  revokeLink: writeProcedure
    .input(revokeLinkInput)
    .mutation(async ({ ctx, input }) => revokeLink(await ctx.identity.member(), input)),
  invitation: publicProcedure
    .input(invitationInput)
    .query(({ ctx, input }) => readInvitation(ctx.identity.viewer, input)),
});
