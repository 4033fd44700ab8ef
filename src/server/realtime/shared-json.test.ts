import { describe, expect, it } from 'vitest';
import { share, sharedFrame, sharedJson, standIn } from '@/server/realtime/shared-json';

const around = (json: string) => Buffer.from(`<${json}>`);

describe('a shared event', () => {
  it('is made into bytes once for all readers with the same frame', () => {
    const event = share({ text: 'für alle' });
    const frames = Array.from({ length: 1_000 }, () => sharedFrame(event, '1 e.5', around));
    expect(new Set(frames).size).toBe(1);
    expect(frames[0]?.toString()).toBe('<{"text":"für alle"}>');
    expect(sharedFrame(event, '2 e.5', (json) => Buffer.from(`[${json}]`)).toString()).toBe(
      '[{"text":"für alle"}]',
    );
  });

  it('keeps few frames, however differently its readers number their calls', () => {
    const event = share({ a: 1 });
    for (let id = 0; id < 500; id++)
      expect(sharedFrame(event, String(id), (json) => Buffer.from(`${id}${json}`)).toString()).toBe(
        `${id}{"a":1}`,
      );
    expect(sharedFrame(event, '499', around)).not.toBe(sharedFrame(event, '499', around));
  });

  it('has a stand-in with the same text', () => {
    const event = share({ a: [1, 2] });
    const other = standIn(event);
    expect(other).not.toBe(event);
    expect(sharedJson(other)).toBe(sharedJson(event));
    expect(sharedJson(standIn({ a: 1 }))).toBeUndefined();
  });
});
