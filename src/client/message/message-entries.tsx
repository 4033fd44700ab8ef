import {
  CheckCheck,
  Copy,
  Flag,
  History,
  Link2,
  MessageSquareReply,
  Pencil,
  Reply,
  ShieldBan,
  Trash2,
} from 'lucide-react';
import type { MessageActionsOf } from '@/client/message/message-actions';
import type { MenuEntry } from '@/client/ui/menu-button';
import type { MessageView } from '@/shared/message';

/** Everything: a toolbar beside it may lack the room. */
export function entriesOf(message: MessageView, text: string, actions: MessageActionsOf): MenuEntry[] {
  const entries: (MenuEntry | null)[] = [
    actions.reply && { label: 'Reply', picture: <Reply size={15} />, onSelect: actions.reply },
    actions.startThread && {
      label: 'Start a thread',
      picture: <MessageSquareReply size={15} />,
      onSelect: actions.startThread,
    },
  ];
  return [...entries.filter((entry) => entry !== null), ...moreEntriesOf(message, text, actions)];
}

/** What no toolbar has place for. */
function moreEntriesOf(message: MessageView, text: string, actions: MessageActionsOf): MenuEntry[] {
  const entries: (MenuEntry | null)[] = [
    actions.edit && { label: 'Edit', picture: <Pencil size={15} />, keys: 'E', onSelect: actions.edit },
    { label: 'Copy link', picture: <Link2 size={15} />, keys: 'C', onSelect: actions.copyLink },
    message.text
      ? {
          label: 'Copy text',
          picture: <Copy size={15} />,
          onSelect: () => void navigator.clipboard?.writeText(text),
        }
      : null,
    actions.readers && { label: 'Read by', picture: <CheckCheck size={15} />, onSelect: actions.readers },
    actions.history && { label: 'Edit history', picture: <History size={15} />, onSelect: actions.history },
    actions.report && { label: 'Report …', picture: <Flag size={15} />, onSelect: actions.report },
    actions.moderate && {
      label: 'Mute or ban …',
      picture: <ShieldBan size={15} />,
      onSelect: actions.moderate,
    },
    actions.remove && {
      label: 'Delete',
      picture: <Trash2 size={15} />,
      keys: 'Del',
      isDangerous: true,
      onSelect: actions.remove,
    },
  ];
  return entries.filter((entry) => entry !== null);
}
