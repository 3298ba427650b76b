// Whether this tablet can be carried away, in one line that the trainer's part fills in when it is here.
import { h } from '../base/dom.js';
import { nowHere } from '../base/later.js';

export function carryNote() {
  const trainer = nowHere('trainer');
  return h('div.carry-note', null, trainer && trainer.noteParts());
}
