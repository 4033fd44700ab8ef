import type { Metadata } from 'next';
import { AdminPage } from '@/client/user/link-page';

export const metadata: Metadata = { title: 'Admin', referrer: 'no-referrer' };

export default function Admin() {
  return <AdminPage />;
}
