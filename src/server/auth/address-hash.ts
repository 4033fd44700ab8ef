import { createHmac } from 'node:crypto';
import { instanceKey } from '@/server/base/instance-key';
import { once } from '@/server/base/once';
import { markAddress } from '@/server/domain/user/address-mark';
import type { Member } from '@/shared/user';

const knownMax = 20_000;
const repeatMs = 60 * 60_000;
const known = () => once('address-marks', () => new Map<string, { address: string; atMs: number }>());

/**
 * Notes from which network a visitor writes; once an hour is enough.
 * @param address the prefix that limits count by
 */
export async function noteAddress(member: Member, address: string): Promise<void> {
  if (member.kind !== 'visitor') return;
  const now = Date.now();
  const last = known().get(member.userId);
  if (last?.address === address && now - last.atMs < repeatMs) return;
  if (known().size >= knownMax) known().clear();
  const hash = createHmac('sha256', await instanceKey('address'))
    .update(address)
    .digest();
  await markAddress(member.userId, hash);
  known().set(member.userId, { address, atMs: now });
}
