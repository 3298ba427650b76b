// A tablet that stands in a class takes its pack by itself, and lets go of one that was taken back.
import { call } from '../base/net.js';
import { onState, state } from '../base/state.js';
import { askTablet } from '../entry/ways.js';
import { heardTime } from './calendar.js';
import { carried, dropPack, followPack } from './carry.js';

const PACKS_EVERY = 60000;

async function packHeard({ pack: told, server_time: time }) {
  await heardTime(time);
  if (told) await followPack();
  else if (await carried()) await dropPack('withdrawn');
}

// A tablet that was revoked knows nobody any more. The sign-in page of a hall's network refuses too, but not in
// the service's own words.
async function packRefused() {
  if (!(await carried())) return;
  const { status, body } = await call('GET', '/tablet');
  if (status === 401 && body && body.type) await dropPack('withdrawn');
}

onState((now, changes) => {
  const { tablet } = changes;
  if (tablet === null) packRefused();
  else if (tablet && tablet.device.kind === 'tablet') packHeard(tablet);
});

// What was heard before this part was here.
if (state.tablet && state.tablet.device.kind === 'tablet') packHeard(state.tablet);

// The trainer presses "Mang lớp đi" at another machine: a tablet at which nobody sits hears of it within a minute.
setInterval(() => {
  const { tablet, turn } = state;
  if (tablet && !turn && tablet.device.kind === 'tablet' && document.visibilityState === 'visible') askTablet();
}, PACKS_EVERY);

// What was cut off goes on as soon as there is a network again.
window.addEventListener('online', () => state.tablet && state.tablet.pack && followPack());
