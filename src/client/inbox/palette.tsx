'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Clock3, DoorOpen, MessagesSquare, Search, Zap } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useDeferredValue, useState, type ReactNode } from 'react';
import { keyName, useAllActions, type Action } from '@/client/actions';
import { knownPeople, useFoundPeople, type KnownPerson } from '@/client/inbox/palette-people';
import { recentPlaces } from '@/client/inbox/recent-places';
import { useBackCloses } from '@/client/lib/use-back-closes';
import { useSettled } from '@/client/lib/use-settled';
import { go, roomPath, threadPath } from '@/client/paths';
import { useOpenDirect } from '@/client/room/use-room-changes';
import { useRooms } from '@/client/room/use-rooms';
import { listedThreads } from '@/client/thread/use-threads';
import { callErrorOf, trpc } from '@/client/trpc';
import { Backdrop } from '@/client/ui/backdrop';
import { Face } from '@/client/user/face';
import { searchMaxChars } from '@/shared/limits';
import { nameOf } from '@/shared/user';

const found = 12;

/** Goes to any room, thread or person, and does whatever can be done now; by keyboard alone. */
export function Palette({ onClose }: { onClose(): void }) {
  useBackCloses(true, onClose);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search.trim());
  const actions = useAllActions();
  const queryClient = useQueryClient();
  const { data: rooms } = useRooms(null);
  const threads = useThreadsNamed(useSettled(search.trim()));
  const [recent] = useState(recentPlaces);
  const [known] = useState(() => knownPeople(queryClient));
  const people = useFoundPeople(wanted, known);
  const direct = useOpenDirect();
  const listed = wanted ? [...listedThreads(queryClient), ...threads] : [];
  const unique = [...new Map(listed.map((thread) => [thread.id, thread])).values()];
  const visit = (path: string) => () => {
    onClose();
    go(path);
  };
  const meet =
    ({ person, wrote }: KnownPerson) =>
    () => {
      if (person.kind !== 'registered' && person.kind !== 'visitor') return wrote && visit(wrote.path)();
      // It stays open until the conversation is there: what goes wrong is said here.
      direct.mutate([person.id], { onSuccess: (room) => visit(roomPath(room))() });
    };
  const run = (action: Action) => () => {
    onClose();
    // Once the palette has given the focus back: what opens next takes it.
    setTimeout(action.run);
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Backdrop />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-145 animate-[appear_120ms_var(--ease-out)] overflow-hidden rounded-xl border bg-raised shadow-float outline-none max-md:top-3"
        >
          <Radix.Title className="sr-only">Go to or do</Radix.Title>
          <Command label="Go to or do" loop filter={scoreOf}>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search size={16} className="shrink-0 text-faint" aria-hidden />
              <Command.Input
                value={search}
                onValueChange={setSearch}
                maxLength={searchMaxChars}
                autoFocus
                dir="auto"
                placeholder="Go to a room, thread or person, or do something"
                className="h-12 w-full min-w-0 bg-transparent text-base outline-none placeholder:text-faint"
              />
            </div>
            <Command.List
              label="What there is"
              className="max-h-[min(60vh,28rem)] quiet-scroll overflow-y-auto p-1.5 max-md:max-h-[50vh]"
            >
              {direct.error && (
                <p role="alert" className="px-3 py-2 text-md text-red">
                  {callErrorOf(direct.error).message}
                </p>
              )}
              <Command.Empty className="px-3 py-6 text-center text-md text-soft">
                Nothing here has this in its name.
              </Command.Empty>
              {!wanted && recent.length > 0 && (
                <Group heading="Recent">
                  {recent.map(({ path, title, room }) => (
                    <Item key={path} value={`recent ${path}`} keywords={[title, room]} onSelect={visit(path)}>
                      <Clock3 size={16} aria-hidden className="text-faint" />
                      <Words title={title} hint={room === title ? undefined : room} />
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading="Rooms">
                {rooms?.map((room) => (
                  <Item
                    key={room.id}
                    value={`room ${room.id}`}
                    keywords={[room.name]}
                    onSelect={visit(roomPath(room))}
                  >
                    <DoorOpen size={16} aria-hidden className="text-faint" />
                    <Words title={room.name} hint={room.topic} />
                  </Item>
                ))}
              </Group>
              {unique.length > 0 && (
                <Group heading="Threads">
                  {unique
                    .filter((thread) => !thread.isMain)
                    .map((thread) => (
                      <Item
                        key={thread.id}
                        value={`thread ${thread.id}`}
                        keywords={[thread.title]}
                        onSelect={visit(threadPath(thread))}
                      >
                        <MessagesSquare size={16} aria-hidden className="text-faint" />
                        <Words title={thread.title} hint={thread.room.name} />
                      </Item>
                    ))}
                </Group>
              )}
              {wanted && people.length > 0 && (
                <Group heading="People">
                  {people.map((one) => (
                    <Item
                      key={one.person.id}
                      value={`person ${one.person.id}`}
                      keywords={[one.person.name]}
                      onSelect={meet(one)}
                    >
                      <Face person={one.person} size={20} />
                      <Words
                        title={nameOf(one.person)}
                        hint={one.wrote && `last wrote in ${one.wrote.place}`}
                      />
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading="Actions">
                {actions.map((action) => (
                  <Item
                    key={action.id}
                    value={`action ${action.id}`}
                    keywords={[action.label, action.group]}
                    onSelect={run(action)}
                  >
                    <Zap size={16} aria-hidden className="text-faint" />
                    <Words title={action.label} hint={action.group} />
                    <Keys action={action} />
                  </Item>
                ))}
              </Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** By words alone, never by the ids behind them: every word has to begin or stand in one of the names. */
function scoreOf(_: string, search: string, names: string[] = []): number {
  const text = ` ${names.join(' ')}`.toLowerCase();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => text.includes(` ${word}`)) ? 1 : 0.5;
}

/** Threads whose title holds these words, beyond those that are listed already. */
function useThreadsNamed(search: string) {
  const { data } = useQuery({
    queryKey: ['palette', search],
    queryFn: () => trpc().thread.list.query({ search, limit: found }),
    enabled: search.length > 1,
    placeholderData: (before) => before,
  });
  return search.length > 1 ? (data?.threads ?? []) : [];
}

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint"
  >
    {children}
  </Command.Group>
);

function Item(props: { value: string; keywords?: string[]; onSelect(): void; children: ReactNode }) {
  return (
    <Command.Item
      {...props}
      className="flex h-9 cursor-pointer items-center gap-2.5 rounded-control px-2.5 text-md data-[selected=true]:bg-hover max-md:h-11"
    />
  );
}

const Words = ({ title, hint }: { title: string; hint?: string | undefined }) => (
  <span className="flex min-w-0 flex-1 items-baseline gap-2">
    <span dir="auto" className="truncate">
      {title}
    </span>
    {hint && <span className="min-w-0 flex-1 truncate text-xs text-faint">{hint}</span>}
  </span>
);

function Keys({ action }: { action: Action }) {
  const keys = keyName(action);
  return keys ? <kbd className="shrink-0 font-sans text-xs text-faint">{keys}</kbd> : null;
}
