// What is answered and what is not, before handing in.
import { h, icon } from '../base/dom.js';
import { mainButton } from '../base/frame.js';
import { go } from '../base/router.js';
import { say } from '../base/words.js';
import { KINDS } from '../kinds/index.js';
import { kick } from '../store/index.js';
import { questionsOf } from './begin.js';
import { attemptFor, learnView, tap } from './pieces.js';
import { placeOf } from './question.js';
import { handIn } from './taking.js';

learnView('review', async ({ attempt }) => {
  const line = attemptFor(attempt, false);
  if (!line) return null;
  const items = await questionsOf(line);
  const states = line.items.map((one, at) => reviewState(placeOf(line, items, at + 1)));
  const question = (number) => go('question', { attempt, number });
  const hand = async () => {
    await handIn(attempt);
    kick();
    await go('result', { attempt }, { replace: true });
  };
  const [title, how] = reviewWords(states);
  return {
    title: say('learn.hand_in'),
    back: { label: say('learn.back_to_questions'), act: () => question(states.length) },
    content: [h('h1', null, title), h('p', null, how), h('ol.numbers', null, states.map((at, place) => reviewNumber(at, place + 1, question)))],
    main: mainButton(say('learn.hand_in'), tap(hand), { icon: 'check' }),
  };
});

// done, part (begun, not finished) or open.
function reviewState({ item, given }) {
  if (!given.length) return 'open';
  const kind = KINDS[item.kind];
  return kind.finished(item, given) && !kind.trouble(item, given) ? 'done' : 'part';
}

function reviewWords(states) {
  const open = states.filter((at) => at === 'open').length;
  const missing = states.filter((at) => at !== 'done').length;
  if (!missing) return [say('learn.all_answered', { n: states.length }), say('learn.review_whole')];
  return [open ? say('learn.left_open', { n: open }) : say('learn.left_part', { n: missing }), say('learn.review_missing')];
}

function reviewNumber(at, number, open) {
  const words = { done: say('learn.number_done'), part: say('learn.number_part'), open: say('learn.number_open') };
  return h('li', null, h(`button.numbers__one.numbers__one--button${at === 'done' ? '' : '.numbers__one--open'}`, { type: 'button', onclick: () => open(number) },
    h('span.hide-visually', null, say('learn.question_word'), ' '), h('strong', null, String(number)),
    h('small', null, at === 'done' && icon('check'), words[at])));
}
