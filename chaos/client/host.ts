import type { OpenTabs } from '@/client/message/outbox-tabs';
import type { OutboxStore } from '@/client/message/outbox-store';
import type { Attempt, Delivery, Final, Left } from '../history';

type Mine<T> = T extends unknown ? Omit<T, 't' | 'ident' | 'tab'> : never;
/** What a tab tells the rig; the rig adds when and who. */
export type TabEvent = Mine<Attempt> | Mine<Delivery> | Mine<Final> | Mine<Left>;

/** What the rig gives to a tab. */
export type TabHost = {
  owner: string;
  store: OutboxStore;
  openTabs: OpenTabs;
  isLeading(): boolean;
  /** Counts the sockets that this tab has opened: two events of one number came over one connection. */
  connection(): number;
  /** Names the streams of this tab. */
  name: string;
  tell(event: TabEvent): void;
};
