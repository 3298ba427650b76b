// A card is shown: ten digits on the screen's own keys, or its QR by the camera where the browser can read one.
import { h, icon, picture } from '../base/dom.js';
import { mainButton, show } from '../base/frame.js';
import { view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { digitField } from '../entry/keys.js';
import { scanControl } from '../entry/scan.js';
import { waiting } from '../entry/ways.js';
import { carried, carriedFaces, personOf } from './carry.js';
import { openCorner } from './corner.js';
import { cardNumber, packDigest } from './digest.js';
import { guessMissed, guessRest, guessRight } from './guesses.js';
import { meetingHere, sitCarried } from './meeting.js';

const HAND_DIGITS = 10;

view('carried-card', async ({ learner = '' }, isShown) => {
  if (!(await carried())) return carriedFaces();
  const rest = await guessRest();
  if (isShown()) handDraw(learner, rest ? say('trainer.card_rest', { n: rest }) : '');
  return null;
});

function handDraw(learner, error) {
  const who = learner ? personOf(learner) : null;
  const title = who ? who.name : say('trainer.card');
  const enter = () => handShown(learner, field.digits());
  const field = digitField({ id: 'f-card', label: say('trainer.card_label'), length: HAND_DIGITS, card: true, error, enter });
  const content = [
    h('div.entry-who', null, who && picture(who.picture, who.colour, { label: who.spoken }), h('h1', null, title),
      h('button.learner-back.learner-back--button', { type: 'button', onclick: carriedFaces }, icon('back'), h('span', null, say('base.back')))),
    h('div.entry-card', null, scanControl((digits) => { field.put(digits); enter(); }), field.element),
  ];
  show({ title, content, main: mainButton(say('trainer.card_go'), enter) });
}

// The one of `among` whose card it is.
async function handOwner(number, among) {
  const { salt, rounds } = state.pack;
  const digest = await packDigest(salt, number, rounds);
  return among.find((one) => one.card === digest);
}

// Opens the corner when it is a card of one of the class's trainers; for the view of a class with network.
export async function openedByCard(digits) {
  const number = state.pack && cardNumber(digits);
  const trainer = number && await handOwner(number, state.pack.trainers);
  if (trainer) openCorner(trainer, true);
  return Boolean(trainer);
}

async function handShown(learner, text) {
  const number = cardNumber(text);
  if (!number) return handDraw(learner, say('trainer.card_typo'));
  waiting();
  if (!(await carried())) return carriedFaces();
  const owner = await handOwner(number, [...state.pack.trainers, ...state.pack.learners]);
  if (owner && owner.account) return guessRight().then(() => openCorner(owner));
  const rest = await guessRest();
  if (rest) return handDraw(learner, say('trainer.card_rest', { n: rest }));
  if (owner && (!learner || owner.id === learner)) return handAccepted(owner, learner);
  await guessMissed();
  const now = await guessRest();
  return handDraw(learner, now ? say('trainer.card_rest', { n: now }) : say('trainer.card_wrong'));
}

async function handAccepted(owner, learner) {
  if (!(await meetingHere())) return handDraw(learner, say('trainer.card_shut'));
  await guessRight();
  return sitCarried(owner.id, 'card');
}
