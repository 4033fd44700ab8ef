'use client';

import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Dialog } from '@/client/ui/dialog';
import { Field } from '@/client/ui/field';
import { DensitySetting } from '@/client/user/density-setting';
import { Face } from '@/client/user/face';
import { SharingSettings } from '@/client/user/sharing-settings';
import { useUpdateMe, type Me } from '@/client/user/use-me';
import { nameMaxChars } from '@/shared/limits';

type Props = {
  me: Me;
  onClose(): void;
  /** What else the person can do about themselves. */
  children?: ReactNode;
};

export function NameDialog({ me, onClose, children }: Props) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Your name"
      description="Everyone in a room sees it. You can change it at any time."
    >
      <NameForm me={me} onDone={onClose} />
      <SharingSettings me={me} />
      <DensitySetting />
      {children && <div className="mt-5 border-t pt-4">{children}</div>}
    </Dialog>
  );
}

function NameForm({ me, onDone }: { me: Me; onDone(): void }) {
  const [name, setName] = useState(me.name);
  const update = useUpdateMe();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ name }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <div className="flex items-end gap-3">
        <Face person={{ ...me, id: me.id ?? me.name, name: name || '?' }} size={40} />
        <Field
          id={id}
          className="flex-1"
          label="Name"
          value={name}
          autoFocus
          autoComplete="nickname"
          maxLength={nameMaxChars}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      {update.error && (
        <p role="alert" className="mt-2 text-sm text-red">
          {callErrorOf(update.error).message}
        </p>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={update.isPending || !name.trim()}>
          Save
        </Button>
      </div>
    </form>
  );
}
