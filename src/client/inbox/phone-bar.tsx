import { DoorOpen, Inbox } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import { MeDialog } from '@/client/inbox/rooms-pane';
import { PageLink } from '@/client/page-link';
import { Face } from '@/client/user/face';
import type { Me } from '@/client/user/use-me';

const entries = [
  { pane: 'threads', href: '/', label: 'Inbox', Picture: Inbox },
  { pane: 'rooms', href: '/?pane=rooms', label: 'Rooms', Picture: DoorOpen },
];
const shape = 'flex flex-col items-center justify-center gap-0.5 text-xs';

/** On a phone, where one pane shows at a time. */
export function PhoneBar({ pane, me }: { pane: string; me: Me | null }) {
  const [isNaming, setIsNaming] = useState(false);
  return (
    <nav
      aria-label="Views"
      className="grid h-14 shrink-0 grid-cols-3 border-t bg-pane pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {entries.map(({ pane: name, href, label, Picture }) => (
        <PageLink
          key={name}
          href={href}
          aria-current={pane === name ? 'page' : undefined}
          className={clsx(shape, pane === name ? 'font-medium text-accent' : 'text-soft')}
        >
          <Picture size={20} aria-hidden />
          {label}
        </PageLink>
      ))}
      <button
        type="button"
        disabled={!me}
        aria-haspopup="dialog"
        onClick={() => setIsNaming(true)}
        {...MeDialog.intent}
        className={clsx(shape, 'text-soft')}
      >
        {me ? (
          <Face person={{ ...me, id: me.id ?? me.name }} size={20} />
        ) : (
          <span className="size-5 rounded-full bg-hover" />
        )}
        Me
      </button>
      {me && isNaming && <MeDialog me={me} onClose={() => setIsNaming(false)} />}
    </nav>
  );
}
