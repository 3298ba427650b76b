// One line that says whether this tablet can be carried away: only when everything is there and checked.
import { alertBox, progress, quietButton } from '../base/frame.js';
import { onState, state } from '../base/state.js';
import { say } from '../base/words.js';
import { knownDay, plainDay } from './calendar.js';
import { takePack } from './carry.js';

const noteWhy = () => ({
  damaged: say('trainer.carry_damaged'),
  large: say('trainer.carry_large'),
  line: say('trainer.carry_line'),
  refused: say('trainer.carry_refused'),
  full: say('trainer.carry_full'),
});

export function noteParts() {
  const { carry, tablet } = state;
  const told = tablet && tablet.pack;
  const load = quietButton(say('trainer.carry_load'), takePack, { icon: 'download' });
  if (!carry) return told ? [load] : [];
  if (carry.step === 'ready') return [alertBox(noteReady(carry), '', { kind: 'success' })];
  if (carry.step === 'failed') return [alertBox(say('trainer.carry_failed'), carry.words || noteWhy()[carry.why], { kind: 'warning' }), load];
  return [progress(carry.done, carry.total || 1, say('trainer.carry_loading'))];
}

function noteReady({ people, lessons, size, until }) {
  const words = Math.max(0.1, size / 1048576).toFixed(1).replace('.', ',');
  return say('trainer.ready', { people, lessons, size: words, day: plainDay(knownDay(until)) });
}

function noteFill() {
  document.querySelectorAll('.carry-note').forEach((note) => note.replaceChildren(...noteParts()));
}

onState((now, changes) => {
  if ('carry' in changes) noteFill();
});
noteFill();
