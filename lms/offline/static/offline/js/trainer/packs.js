// A tablet that stands in a class takes its pack by itself, and lets go of one that was taken back.
import { onState, state } from '../base/state.js';
import { heardTime } from './calendar.js';
import { carried, dropPack, takePack } from './carry.js';

async function packHeard({ class: place, pack: told, server_time: time }) {
  await heardTime(time);
  const held = await carried();
  if (told) await takePack();
  else if (held && place && place.cohort === held.cohort) await dropPack('withdrawn');
}

onState((now, changes) => {
  if (changes.tablet && changes.tablet.device.kind === 'tablet') packHeard(changes.tablet);
});

// What was cut off goes on as soon as there is a network again.
window.addEventListener('online', () => state.tablet && state.tablet.pack && takePack());
