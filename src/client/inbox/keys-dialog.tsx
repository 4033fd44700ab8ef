'use client';

import { keyName, useAllActions } from '@/client/actions';
import { Dialog } from '@/client/ui/dialog';

/** Keys that belong to what has the focus; those of actions are added from what is offered now. */
const fixed: { title: string; keys: [string, string][] }[] = [
  {
    title: 'A message',
    keys: [
      ['↑ ↓', 'Go from message to message'],
      ['R', 'Reply'],
      ['E', 'Edit'],
      ['T', 'Start a thread'],
      ['+', 'React'],
      ['C', 'Copy link'],
      ['Delete', 'Delete'],
    ],
  },
  {
    title: 'A thread in the list',
    keys: [
      ['↑ ↓', 'Go from thread to thread'],
      ['Enter', 'Open'],
      ['E', 'Mark as read'],
      ['U', 'Mark as unread'],
      ['M', 'Mute or unmute'],
    ],
  },
  {
    title: 'Writing',
    keys: [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
      ['↑', 'Edit your last message, in an empty field'],
      ['Esc', 'Leave a reply or an edit'],
    ],
  },
];

/** Every key there is, with what it does. */
export function KeysDialog({ onClose }: { onClose(): void }) {
  const actions = useAllActions();
  const anywhere = actions.flatMap((action): [string, string][] => {
    const keys = keyName(action);
    return keys ? [[keys, action.label]] : [];
  });
  const sections = [{ title: 'Anywhere', keys: anywhere }, ...fixed];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keys" isWide>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {sections.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-sm font-medium text-soft">{title}</h3>
            <dl className="space-y-1">
              {keys.map(([key, words]) => (
                <div key={key + words} className="flex items-baseline justify-between gap-3 text-md">
                  <dt>{words}</dt>
                  <dd className="shrink-0">
                    <kbd className="rounded border bg-surface px-1.5 py-0.5 font-sans text-xs text-soft">
                      {key}
                    </kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
