// A question on a screen, in a lesson as in a test: its picture, its words of help, the work itself.
import { h } from '../base/dom.js';
import { alertBox } from '../base/frame.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { KINDS } from '../kinds/index.js';
import { pictureUrl, picturesIn, readyPictures } from './pictures.js';

const ASKED_CARDS = ['single', 'multiple'];

export const pictureBox = ({ media, alt }) => h('img.lesson-picture.lesson-picture--learner', { src: pictureUrl(media), alt });

export function askedPicture({ kind, illustration }) {
  return illustration && kind !== 'spot' ? pictureBox(illustration) : null;
}

// Why what was sent is no whole answer; where the kind counts what is missing, with its figures.
const troubleSaid = (item, trouble, given) => (trouble ? KINDS[item.kind].troubleText(item, given) || say(trouble) : '');

// Resolves to the element of the question's kind. told: see kinds/index.js.
export async function askedWork(item, told) {
  await readyPictures(picturesIn(item));
  const trouble = troubleSaid(item, told.trouble, told.given);
  return KINDS[item.kind].draw(item, { media: pictureUrl, name: `q-${item.id}`, address: state.desk.address, ...told, trouble });
}

// What is right and why, without blame; or a hint for another try; or what is missing. It takes the focus, so
// that a screen reader begins with it.
export function feedback(item, { trouble = '', given = [], over = false, correct = null }) {
  const box = feedbackWords(item, troubleSaid(item, trouble, given), over, correct);
  return box && h('div.feedback#ket-qua', { tabindex: '-1', 'data-focus': true }, box);
}

function feedbackWords(item, trouble, over, correct) {
  // A number says so itself, at its box.
  if (trouble && item.kind !== 'number') return alertBox(trouble, '', { kind: 'warning' });
  const told = item.practice || {};
  if (over && correct) return spoken(alertBox(say('learn.right'), told.explanation, { kind: 'success' }));
  if (over) return spoken(alertBox(say('learn.not_right'), told.explanation));
  if (correct !== false) return null;
  const who = state.desk.address;
  const title = ASKED_CARDS.includes(item.kind) ? say('learn.choose_again', { who }) : say('learn.do_again', { who });
  return spoken(alertBox(title, told.hint));
}

function spoken(box) {
  box.setAttribute('data-say', box.textContent);
  return box;
}

// The state of a practice question after another response: a try that is not finished changes nothing.
export function judged(item, before, response) {
  const kind = KINDS[item.kind];
  if (!kind.finished(item, response)) return { ...before, given: response };
  const right = kind.points(item, response) > 0;
  const tried = right ? before.tried : before.tried.concat(response);
  return { given: response, tried, failed: before.failed || !right, over: right };
}
