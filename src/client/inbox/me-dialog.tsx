'use client';

import { MeActions } from '@/client/inbox/me-actions';
import { NameDialog } from '@/client/user/name-dialog';
import type { Me } from '@/client/user/use-me';

/** One's name, and what else one can do about oneself. */
export const MeDialog = ({ me, onClose }: { me: Me; onClose(): void }) => (
  <NameDialog me={me} onClose={onClose}>
    <MeActions me={me} />
  </NameDialog>
);
