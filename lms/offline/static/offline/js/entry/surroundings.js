// The corners of the frame that this folder fills: the next person, listening and settings; and what keeps a
// shared tablet from wandering off its page.
import { h, icon } from '../base/dom.js';
import { fill } from '../base/frame.js';
import { nowHere } from '../base/later.js';
import { go, here } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { settingsButton } from './mode.js';
import { listenButton } from './speech.js';
import { endTurn } from './turn.js';

function cornerNext() {
  if (state.turn.kind === 'home') return null; // At home nobody waits for the machine.
  const own = state.tablet && state.tablet.device.kind === 'phone';
  return h('div.learner-dock__next', null,
    h('button.next-person', { type: 'button', onclick: endTurn }, icon('next-person'), h('span', null, own ? say('entry.leave') : say('entry.next'))));
}

function cornerTools() {
  const at = here();
  const shown = at && ['faces', 'code'].includes(at.view);
  return h('div.entry-tools', null, listenButton(),
    (state.turn || shown) && settingsButton(() => at && at.view !== 'settings' && go('settings')));
}

// Sample data are never taken for real ones.
function sampleRibbon() {
  const { tablet } = state;
  if (document.querySelector('.ribbon') || !(tablet && tablet.commune && tablet.commune.is_sample)) return;
  document.body.prepend(h('aside.ribbon', { 'aria-label': say('entry.sample-note') },
    h('span', null, h('strong', null, say('entry.sample-data')), ` – ${say('entry.sample-not-real')}`)));
}

export function startSurroundings() {
  fill({ help: () => nowHere('learn') && nowHere('learn').askHelp(), next: cornerNext, top: () => { sampleRibbon(); return cornerTools(); } });
  // A long press on a button or a drawing opens the browser's own menu, out of which nobody finds back.
  document.addEventListener('contextmenu', (event) => {
    if (!event.target.closest('input, textarea')) event.preventDefault();
  });
}
