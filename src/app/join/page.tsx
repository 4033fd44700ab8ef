import type { Metadata } from 'next';
import { JoinPage } from '@/client/room/join-page';

/** Which room it is stands after # and so is known to the browser alone. */
export const metadata: Metadata = { title: 'Invitation', robots: { index: false } };

export default function InvitationPage() {
  return <JoinPage />;
}
