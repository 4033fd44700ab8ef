'use client';

import type { MessageActionsOf } from '@/client/message/message-actions';
import { entriesOf } from '@/client/message/message-entries';
import { useNameOf } from '@/client/message/use-feed';
import { Menu } from '@/client/ui/menu';
import type { MenuTrigger, OpenedBy } from '@/client/ui/menu-button';
import { withNames } from '@/shared/markdown-words';
import type { MessageView } from '@/shared/message';

type Props = MenuTrigger & { message: MessageView; actions: MessageActionsOf; openedBy: OpenedBy | null };

/** Everything that can be done about a message. */
export function MessageMenu({ message, actions, ...menu }: Props) {
  const nameOf = useNameOf();
  return <Menu {...menu} entries={entriesOf(message, withNames(message.text, nameOf), actions)} />;
}
