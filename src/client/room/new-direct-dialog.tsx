'use client';

import { useState } from 'react';
import { go, roomPath } from '@/client/paths';
import { PeoplePicker } from '@/client/room/people-picker';
import { useOpenDirect } from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { directPeopleMax } from '@/shared/limits';
import type { PersonView } from '@/shared/user';

export function NewDirectDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Write to somebody directly"
      description="Only the people you choose can read it. They hear of it with your first message."
    >
      <NewDirectForm onDone={onClose} />
    </Dialog>
  );
}

function NewDirectForm({ onDone }: { onDone(): void }) {
  const [people, setPeople] = useState<PersonView[]>([]);
  const open = useOpenDirect();
  const start = () =>
    open.mutate(
      people.map((person) => person.id),
      {
        onSuccess(room) {
          onDone();
          go(roomPath(room));
        },
      },
    );
  return (
    <div>
      <PeoplePicker people={people} onChange={setPeople} max={directPeopleMax - 1} />
      {open.error && (
        <p role="alert" className="mt-2 text-sm text-red">
          {callErrorOf(open.error).message}
        </p>
      )}
      <div className="mt-4 flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button look="primary" disabled={people.length === 0 || open.isPending} onClick={start}>
          Start
        </Button>
      </div>
    </div>
  );
}
