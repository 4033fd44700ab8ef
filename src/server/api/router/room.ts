import { createProcedure, publicProcedure, router, writeProcedure } from '@/server/api/trpc';
import { getListedRoom, listRooms } from '@/server/domain/room/read';
import { createRoom, joinRoomByCall } from '@/server/domain/room/write';
import { createRoomInput, getRoomInput, joinRoomInput, listRoomsInput } from '@/shared/room';

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
});
