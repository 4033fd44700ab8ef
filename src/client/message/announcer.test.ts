import { describe, expect, it } from 'vitest';
import { announcementOf } from '@/client/message/announcer';

describe('an announcement', () => {
  it('counts the messages and names their authors once', () => {
    expect(announcementOf(['Ada'])).toBe('1 new message from Ada');
    expect(announcementOf(['Ada', 'Bo', 'Ada'])).toBe('3 new messages from Ada and Bo');
    expect(announcementOf(['Ada', 'Bo', 'Cy', 'Bo'])).toBe('4 new messages from Ada, Bo and others');
  });
});
