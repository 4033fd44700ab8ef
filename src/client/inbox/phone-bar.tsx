import { DoorOpen, Inbox } from 'lucide-react';
import { clsx } from 'clsx';
import { PageLink } from '@/client/page-link';

const entries = [
  { pane: 'threads', href: '/', label: 'Inbox', Picture: Inbox },
  { pane: 'rooms', href: '/?pane=rooms', label: 'Rooms', Picture: DoorOpen },
];

/** On a phone, where one pane shows at a time. */
export function PhoneBar({ pane }: { pane: string }) {
  return (
    <nav
      aria-label="Views"
      className="grid h-14 shrink-0 grid-cols-2 border-t bg-pane pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {entries.map(({ pane: name, href, label, Picture }) => (
        <PageLink
          key={name}
          href={href}
          aria-current={pane === name ? 'page' : undefined}
          className={clsx(
            'flex flex-col items-center justify-center gap-0.5 text-xs',
            pane === name ? 'font-medium text-accent' : 'text-soft',
          )}
        >
          <Picture size={20} aria-hidden />
          {label}
        </PageLink>
      ))}
    </nav>
  );
}
