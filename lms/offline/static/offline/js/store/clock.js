// The tablet's clock orders nothing and may be years off; what is measured of it travels with each event.
const CLOCK_MOST = 253402300799999; // The last millisecond of the year 9999, as the envelope allows.
const clockHeld = (value) => Math.max(-CLOCK_MOST, Math.min(CLOCK_MOST, Math.round(value)));
const clockKnown = { offset: 0, server: 0 };

// at: device time; offset: milliseconds to add to it; mono: milliseconds since the page was loaded.
export function clockNow() {
  return { at: Math.max(0, clockHeld(Date.now())), offset: clockKnown.offset, mono: Math.round(performance.now()) };
}

// What the service's clock said, with half of the round trip. `sentAt` is now().mono (or now().at) at the call.
export function clockLearn(serverTime, sentAt) {
  const trip = (sentAt > 1e11 ? Date.now() : performance.now()) - sentAt;
  clockKnown.offset = clockHeld(serverTime + Math.max(0, Math.min(20000, trip)) / 2 - Date.now());
  clockKnown.server = serverTime;
  return clockKnown.offset;
}

// The offset of an earlier visit, until the service answers again.
export function clockRecall(offset) {
  if (Number.isFinite(offset) && !clockKnown.server) clockKnown.offset = clockHeld(offset);
}
