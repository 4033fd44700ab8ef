import { createProcedure, publicProcedure, router, writeProcedure } from '@/server/api/trpc';
import { removeMember } from '@/server/domain/room/remove';
import { getListedRoom, listRooms } from '@/server/domain/room/read';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import {
  createRoomInput,
  getRoomInput,
  joinRoomInput,
  listRoomsInput,
  removeMemberInput,
} from '@/shared/room';

export const roomRouter = router({
  list: publicProcedure
    .input(listRoomsInput)
    .query(({ ctx, input }) => listRooms(ctx.identity.viewer, input)),
  get: publicProcedure
    .input(getRoomInput)
    .query(({ ctx, input }) => getListedRoom(ctx.identity.viewer, input)),
  create: createProcedure
    .input(createRoomInput)
    .mutation(async ({ ctx, input }) => createRoom(await ctx.identity.member(), input)),
  join: writeProcedure
    .input(joinRoomInput)
    .mutation(async ({ ctx, input }) => joinRoomByCall(await ctx.identity.member(), input.roomId)),
  remove: writeProcedure
    .input(removeMemberInput)
    .mutation(async ({ ctx, input }) => removeMember(await ctx.identity.member(), input)),
});
