/**
 * Loaded before the product, in each instance of the rig: its clock is wrong by what a file says, which is
 * read again and again, so that it can jump. What measures time and is no clock goes on as it does.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const readEveryMs = 100;
let shiftMs = 0;

function read() {
  try {
    shiftMs = Number(readFileSync(process.env.CHAOS_CLOCK ?? '', 'utf8')) || 0;
  } catch {
    shiftMs = 0; // No file: the clock is right.
  }
}
read();
setInterval(read, readEveryMs).unref();

const now = () => RealDate.now() + shiftMs;
const shifted = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
RealDate.prototype.constructor = shifted;
globalThis.Date = shifted;
