'use client';

import { useState } from 'react';
import { lazily } from '@/client/lib/lazily';
import { Face } from '@/client/user/face';
import type { Me } from '@/client/user/use-me';

const NameDialog = lazily(async () => (await import('@/client/user/name-dialog')).NameDialog);

/** Who writes, and the way to another name. */
export function NameButton({ me }: { me: Me }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label={`You write as ${me.name}. Change your name`}
        title={`You write as ${me.name}`}
        onClick={() => setIsOpen(true)}
        {...NameDialog.intent}
        className="grid size-9 shrink-0 place-items-center rounded-lg transition-colors duration-120 hover:bg-hover max-md:size-11"
      >
        <Face person={{ ...me, id: me.id ?? me.name }} size={26} />
      </button>
      {isOpen && <NameDialog me={me} onClose={() => setIsOpen(false)} />}
    </>
  );
}
