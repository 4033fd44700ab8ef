import type { RoomView } from '@/shared/room';

/** The sections of a room's dialog, in their order. */
export type RoomSection = 'about' | 'order';
export type RoomSectionProps = { room: RoomView; onDone(): void };
