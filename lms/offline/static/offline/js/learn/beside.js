// What stands on the learner's own page beside the next step: a lesson to see again, and the way to ask.
import { h } from '../base/dom.js';
import { quietButton } from '../base/frame.js';
import { later, nowHere } from '../base/later.js';
import { go } from '../base/router.js';
import { say } from '../base/words.js';
import { NoContent } from './content.js';
import { examOf } from './exam.js';
import { fact, link, openLessonAt, tap } from './pieces.js';

const ASK_WAIT = 8000; // Of the network, for what is fetched once.

export const missedWords = ({ missed, most, title }) => ({ n: missed, of: most, skill: title });

// What was learned and did not stick; the main button stays with what comes next.
export function besideAdvice(advice) {
  if (!advice || advice.why !== 'again') return null;
  const { at } = advice;
  return fact('lesson', say('learn.advice_again', { n: at.number, title: at.lesson.title }),
    h('p', null, say('learn.advice_why', { ...missedWords(advice), minutes: at.lesson.minutes }), ' ', link(say('learn.advice_open'), () => openLessonAt({ ...at, resume: 1 }))), 'next');
}

// Questions about the lessons; not while a test is open.
export function askBeside(learner) {
  const exam = examOf(learner);
  const come = () => Promise.race([later('ask'), new Promise((late) => setTimeout(late, ASK_WAIT))]);
  const ask = async () => {
    await come();
    if (!nowHere('ask')) throw new NoContent('ask');
    await go('ask', {});
  };
  return !(exam && exam.open) && h('p.home-ask', null, quietButton(say('learn.ask'), tap(ask), { icon: 'search' }));
}
