import type { Metadata } from 'next';
import { ResetPage } from '@/client/user/link-page';

export const metadata: Metadata = { title: 'New password', referrer: 'no-referrer' };

export default function Reset() {
  return <ResetPage />;
}
