import type { RoomView } from '@/shared/room';

/** The sections of a room's dialog, in their order. */
export type RoomSection = 'about' | 'members' | 'invitations' | 'order' | 'settings';
export type RoomSectionProps = { room: RoomView; onDone(): void };
