// "Gọi thầy/cô", always in the same corner. The call is an event like any other: it works without network too,
// and then the learner is told to raise a hand.
import { h, icon } from '../base/dom.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { stateOf } from '../store/index.js';
import { tap, tellHere } from './pieces.js';
import { askForHelp } from './taking.js';

const HELP_LASTS = 180000;
const HELP_WAIT = 4000;
let helpTurn = '';
let helpAt = 0;

// The button for the frame; nobody is near at home.
export function askHelp() {
  const { turn } = state;
  if (!turn || turn.kind === 'home') return null;
  const called = () => helpTurn === turn.id && Date.now() - helpAt < HELP_LASTS;
  const box = h('div.learner-top__help');
  const draw = () => box.replaceChildren(called()
    ? h('button.call.call--done', { type: 'button', onclick: helpAgain }, icon('check'), h('span', null, say('learn.help_called')))
    : h('button.call', { type: 'button', onclick: tap(() => helpCall(turn, draw)) }, icon('help-hand'), h('span', null, say('learn.help'))));
  draw();
  return box;
}

async function helpCall(turn, draw) {
  const id = await askForHelp();
  helpTurn = turn.id;
  helpAt = Date.now();
  draw();
  setTimeout(() => {
    if (state.turn === turn && !['box', 'commune'].includes(stateOf([id]))) helpAgain();
  }, HELP_WAIT);
}

function helpAgain() {
  tellHere(say('learn.help_written'), say('learn.help_hand'));
}
