// The card in place of drawing and PIN: its ten digits typed, or read by the camera.
import { h } from '../base/dom.js';
import { mainButton, show } from '../base/frame.js';
import { nowHere } from '../base/later.js';
import { view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { signIn } from './faces.js';
import { digitField } from './keys.js';
import { scanControl } from './scan.js';
import { start } from './ways.js';

let cardTold = ''; // The digits that the address named; they are no part of the history.

export function tellCard(digits) {
  cardTold = digits;
}

export function toldCard() {
  const told = cardTold;
  cardTold = '';
  return told;
}

view('card', () => {
  const told = toldCard();
  cardDraw(told, '');
  if (told) return cardEnter(told);
});

function cardDraw(number, error) {
  const enter = () => cardEnter(field.digits());
  const field = digitField({ id: 'f-card', label: say('entry.card'), length: 10, error, card: true, level: 'h1', enter });
  field.put(number);
  const found = (digits) => { field.put(digits); enter(); };
  show({ title: say('entry.card-title'), back: { act: start }, content: [
    h('div.entry-card', null, scanControl(found), field.element),
  ], main: mainButton(say('entry.learn'), enter) });
}

async function cardEnter(card) {
  if (card.length !== 10) return cardDraw(card, say('entry.card-short'));
  if (state.pack && await nowHere('trainer').openedByCard(card)) return null; // A trainer's own card opens the trainer's corner.
  return signIn({ card }, 'card', (words) => cardDraw(card, words));
}
