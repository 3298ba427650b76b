// What time it is as far as a tablet without network can know. Its clock may stand years off or run backwards.
import { now, meta, setMeta } from '../store/index.js';

const CLOCK_MINUTE = 60000;
const CLOCK_ZONE = 7 * 60 * CLOCK_MINUTE;
// time: the highest seen; heard: what the service said last; mono: when, on the page's own steady clock.
let clockMark = null;

async function clockMarked(mono) {
  const kept = clockMark || (await meta('seen')) || { time: 0, heard: 0 };
  clockMark = clockMark || { ...kept, mono };
  return clockMark;
}

async function clockKeep(mark) {
  clockMark = mark;
  await setMeta('seen', { time: mark.time, heard: mark.heard });
}

// Milliseconds since 1970: never less than was seen before, so that a clock put back prolongs nothing.
// A time after `limit` is told but not remembered, because a clock that jumped years ahead would stay so.
export async function knownTime(limit = Infinity) {
  const { at, mono, offset } = now();
  const { time: seen, heard, mono: then } = await clockMarked(mono);
  const time = Math.max(at + offset, seen + mono - then);
  if (time <= limit && time - seen > CLOCK_MINUTE) await clockKeep({ time, heard, mono });
  return time;
}

// What the service says is believed, whatever the tablet's clock said before. An old answer that was kept says
// nothing: its time was heard already.
export async function heardTime(words) {
  const { mono } = now();
  const told = new Date(words).getTime();
  if (told > (await clockMarked(mono)).heard) await clockKeep({ time: told, heard: told, mono });
}

// '2026-12-05' of a time, as the calendar in Việt Nam has it.
export function knownDay(time) {
  return new Date(time + CLOCK_ZONE).toISOString().slice(0, 10);
}

// '05/12' of '2026-12-05'.
export function plainDay(day) {
  return day.split('-').slice(1).reverse().join('/');
}
