// The questions of an attempt, one a screen, until it is handed in. Of a test every tap is an event at once; of
// practice a tap is kept, and "Trả lời" makes it an event. Moving on and back, a reload and closing lose nothing.
import { h } from '../base/dom.js';
import { mainButton, progress, quietButton } from '../base/frame.js';
import { again, go } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { KINDS } from '../kinds/index.js';
import { keepSnapshot, snapshot } from '../store/index.js';
import { askedPicture, askedWork, feedback } from './asked.js';
import { questionsOf } from './begin.js';
import { attemptFor, learnView, tap, tellHere, tellTrouble, toHome, untell } from './pieces.js';
import { firstOpen } from './progress.js';
import { giveAnswer, saveDrafts } from './taking.js';

const PRACTICE_TRIES = 2;

// The result once it is handed in, else the first question without an answer.
learnView('attempt', ({ attempt }) => {
  const line = attemptFor(attempt, false);
  return line && go('question', { attempt, number: firstOpen(line) }, { replace: true });
});

// What stands at a question of an attempt.
export function placeOf(line, items, number) {
  const [id, order] = line.items[number - 1];
  const item = items[id];
  const given = line.shown[id] || [];
  const tries = line.tries[id] || 0;
  const secret = line.kind !== 'practice';
  const right = !secret && given.length > 0 && KINDS[item.kind].points(item, given) > 0;
  return { id, order, item, given, tries, secret, right, over: !secret && (right || tries >= PRACTICE_TRIES) };
}

learnView('question', async ({ attempt, number }) => {
  const line = attemptFor(attempt, false);
  if (!line) return null;
  const items = await questionsOf(line);
  if (line.items.some(([id]) => !items[id])) return go('tests', {}, { replace: true });
  return questionScreen(line, placeOf(line, items, number), number);
});

const questionKey = (line, id) => `tap:${state.turn.learner}:${line.id}:${id}`;

async function questionScreen(line, place, number) {
  const { item, over, secret, tries } = place;
  const kind = KINDS[item.kind];
  const key = questionKey(line, place.id);
  const kept = over ? null : await snapshot(key);
  const given = kept ? kept.given : place.given;
  const missing = kept && kept.trouble;
  const correct = tries && !secret ? place.right : null;
  const work = await askedWork(item, {
    order: place.order, given, tried: tries && !over ? place.given : [], trouble: missing, reveal: over, secret, level: 1,
    onChange: (tokens) => questionChanged(line, place, tokens, key),
  });
  const on = questionMoves({ line, place, number, work, key, given });
  const told = feedback(item, { trouble: missing, given, over, correct });
  const last = number === line.items.length;
  const main = !secret && !over && !kind.savesEachAct
    ? mainButton(correct === false ? say('learn.answer_again') : say('learn.answer'), on.answer, { icon: 'check' })
    : mainButton(last ? say('learn.review') : say('learn.next_question'), on.next);
  return {
    title: say('learn.question_n', { n: number }),
    back: { label: number > 1 ? say('learn.question_before') : say('learn.my_page'), act: on.back },
    content: [progress(number, line.items.length, questionLabel(line)), told, askedPicture(item), work,
      correct === false && !over && !kind.savesEachAct && h('p.try__skip', null, quietButton(say('learn.skip'), on.next))],
    main,
  };
}

function questionLabel({ kind }) {
  if (kind === 'practice') return say('learn.practice_question');
  return kind === 'certifying' ? say('learn.test_question') : say('learn.form_question');
}

// A number that cannot be read yet is no answer; half an order or half the pairs are.
const questionNoAnswer = ({ item }, tokens) => item.kind === 'number' && tokens.length > 0 && Boolean(KINDS[item.kind].trouble(item, tokens));

function questionChanged(line, place, tokens, key) {
  untell();
  const kind = KINDS[place.item.kind];
  const give = (place.secret || kind.savesEachAct) && !questionNoAnswer(place, tokens);
  const done = give ? giveAnswer(line.id, place.id, tokens, [[key, null]]) : keepSnapshot(key, { given: tokens });
  const ends = !place.secret && kind.savesEachAct && kind.finished(place.item, tokens);
  return done.then(() => ends && again()).catch(tellTrouble);
}

// The ways on from a question. What is done is on the disk before the next screen is drawn.
function questionMoves({ line, place, number, work, key, given }) {
  const kind = KINDS[place.item.kind];
  const target = (to) => (to > line.items.length ? go('review', { attempt: line.id }) : go('question', { attempt: line.id, number: to }));
  const settle = async () => {
    // What could not be saved before is saved first: nobody leads away from an act that is not on the disk.
    await saveDrafts([]);
    const tokens = kind.read(work);
    // What was not touched here is left alone: another tablet may have answered it meanwhile.
    if (place.over || kind.savesEachAct || JSON.stringify(tokens) === JSON.stringify(given)) return '';
    const trouble = tokens.length ? kind.trouble(place.item, tokens) : '';
    if (place.secret && !questionNoAnswer(place, tokens)) await giveAnswer(line.id, place.id, tokens, [[key, null]]);
    else await keepSnapshot(key, { given: tokens, trouble });
    return questionNoAnswer(place, tokens) ? trouble : '';
  };
  const answer = async () => {
    const tokens = kind.read(work);
    if (!tokens.length) return target(number + 1);
    const trouble = kind.trouble(place.item, tokens);
    if (place.tries && JSON.stringify(tokens) === JSON.stringify(place.given)) return tellHere(say('learn.same_again'), '', 'warning');
    if (trouble) await keepSnapshot(key, { given: tokens, trouble });
    else await giveAnswer(line.id, place.id, tokens, [[key, null]]);
    return again();
  };
  const next = async () => ((await settle()) && place.secret ? again() : target(number + 1));
  const back = async () => {
    await settle();
    return number > 1 ? target(number - 1) : go('home');
  };
  return { answer: tap(answer), next: tap(next), back: tap(back) };
}
