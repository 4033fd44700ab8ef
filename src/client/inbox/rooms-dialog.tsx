'use client';

import { NewDirectDialog } from '@/client/room/new-direct-dialog';
import { NewRoomDialog } from '@/client/room/new-room-dialog';
import { PutAwayDialog } from '@/client/room/put-away-dialog';

/** What the rooms pane can open. */
export type RoomsDialogName = 'room' | 'direct' | 'away';

type Props = {
  dialog: RoomsDialogName;
  /** Whether this Foyer lets a visitor make rooms, when it is one. */
  mayCreate: boolean;
  onClose(): void;
};

export function RoomsDialog({ dialog, mayCreate, onClose }: Props) {
  switch (dialog) {
    case 'room':
      return <NewRoomDialog mayCreate={mayCreate} onClose={onClose} />;
    case 'direct':
      return <NewDirectDialog onClose={onClose} />;
    case 'away':
      return <PutAwayDialog onClose={onClose} />;
  }
}
