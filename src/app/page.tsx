import { inboxState } from '@/app/first-state';
import { Foyer } from '@/client/inbox/foyer';

export default async function InboxPage() {
  return <Foyer first={await inboxState()} />;
}
