// After handing in: what is mastered, what to learn next, mistakes explained; after a measuring form thanks.
import { h, icon, scene } from '../base/dom.js';
import { alertBox, mainButton } from '../base/frame.js';
import { again, go, here } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { KINDS } from '../kinds/index.js';
import { stateOf } from '../store/index.js';
import { questionsOf } from './begin.js';
import { taught } from './content.js';
import { askDesk, attemptNamed, ownEvent } from './desk.js';
import { examOf } from './exam.js';
import { markOf, neededPoints, skillsOf } from './marking.js';
import { attemptFor, block, fact, homeButton, learnView, link, openLessonAt, tap, toHome } from './pieces.js';
import { placeOf } from './question.js';

const RESULT_ASKS = 8;
const RESULT_WAIT = 1500;
let resultAsked = '';

learnView('result', async ({ attempt }, learner) => {
  const line = attemptFor(attempt, true);
  if (!line) return null;
  const mark = line.state === 'refused' ? null : await markOf(line);
  const skills = mark ? skillsOf(mark, learner.lessons) : [];
  const isForm = line.kind !== 'practice' && line.kind !== 'certifying';
  if (!mark && line.state !== 'refused') resultAsk(attempt);
  return {
    title: isForm ? say('learn.thanks_title') : say('learn.result'),
    back: toHome(),
    content: [isForm ? measuredTop(line, mark, learner, skills) : resultTop(line, mark, learner), resultSkills(skills, isForm), await resultMistakes(line)],
    main: isForm ? measuredMain(learner) : resultMain(line, skills, learner),
  };
});

// The service marks what has come to it. While the work is on its way it is waited for, then asked a few times.
async function resultAsk(attempt) {
  if (resultAsked === attempt || state.turn.kind === 'carried') return;
  resultAsked = attempt;
  const isHere = () => Boolean(here()) && here().view === 'result' && here().params.attempt === attempt;
  for (let asks = 0; asks < RESULT_ASKS && isHere();) {
    await new Promise((wake) => setTimeout(wake, RESULT_WAIT * (1 + asks / 2)));
    if (!isHere() || resultOnItsWay(attempt)) continue;
    asks += 1;
    if (await askDesk() && attemptNamed(attempt).result && isHere()) {
      await again();
      break;
    }
  }
  resultAsked = '';
}

function resultOnItsWay(attempt) {
  const event = ownEvent('attempt.submitted', attempt);
  return Boolean(event) && !['box', 'commune'].includes(stateOf([event.id]));
}

function resultTop(line, mark, learner) {
  const exam = examOf(learner);
  if (line.state === 'refused') return [h('h1', null, say('learn.refused')), h('p', null, (exam && exam.words) || say('learn.refused_why'))];
  if (!mark) return [h('h1', null, say('learn.handed_in')), h('p', null, say('learn.result_later'))];
  const figures = { points: mark.points, max: mark.max, needed: neededPoints(taught().pass.share, mark.max) };
  if (line.kind === 'practice') {
    return [h('h1', null, say('learn.practice_result', figures)), h('p', null, mark.passed ? say('learn.practice_enough') : say('learn.practice_more'))];
  }
  if (!mark.passed) return [h('h1', null, say('learn.not_passed')), h('p', null, say('learn.points_needed', figures), ' ', exam && !exam.canBegin && exam.words)];
  return [h('div.well-done', null, scene('well-done'), h('h1', null, say('learn.passed')), h('p', null, say('learn.points', figures))),
    !line.sitting && alertBox(say('learn.unsupervised'), say('learn.unsupervised_do'))];
}

function resultSkills(skills, isForm) {
  if (!skills.length) return null;
  return block(say('learn.skills'), skills.map((one) => fact(one.mastered ? 'check' : 'lesson', one.title,
    one.mastered ? h('p', null, isForm ? say('learn.known_well') : say('learn.mastered'))
      : [h('p', null, isForm ? say('learn.learn_well') : say('learn.learn_again')), one.lessons.map(resultLesson)],
    one.mastered ? 'good' : 'next')));
}

function resultLesson(one) {
  return h('p', null, link(say('learn.lesson_title', { n: one.number, title: one.lesson.title }), () => openLessonAt({ ...one, resume: 1 })));
}

async function resultMistakes(line) {
  if (line.kind !== 'practice') return null;
  const items = await questionsOf(line);
  const wrong = line.items.map(([id], at) => items[id] && placeOf(line, items, at + 1)).filter((place) => place && !place.right && place.given.length);
  return wrong.length > 0 && block(say('learn.mistakes'), wrong.map(({ item }) => (
    h('details.disclosure', null, h('summary', null, icon('down'), h('span', null, item.prompt)),
      h('div.disclosure__body', null, h('p', null, h('strong', null, say('learn.right_answer')), ' ', KINDS[item.kind].rightWords(item).join('; ')),
        h('p', { 'data-say': true }, item.practice.explanation))))));
}

function resultMain(line, skills, learner) {
  const weak = skills.find((one) => !one.mastered && one.lessons.length);
  const exam = examOf(learner);
  if (weak) {
    const [first] = weak.lessons;
    return mainButton(say('learn.learn_lesson_again', { n: first.number }), tap(() => openLessonAt({ ...first, resume: 1 })), { icon: 'lesson' });
  }
  if (line.kind === 'practice' && exam && exam.canBegin) return mainButton(say('learn.do_test'), () => go('tests'), { icon: 'quiz' });
  return homeButton();
}

function measuredMain({ following }) {
  if (!following) return homeButton();
  return mainButton(say('learn.learn_lesson', { n: following.number }), tap(() => openLessonAt(following)), { icon: 'lesson' });
}

function measuredTop(line, mark, learner, skills) {
  const before = learner.attempts.find((one) => one.kind === { exit: 'entry', after30: 'exit', after90: 'exit' }[line.kind] && one.result);
  const told = measuredWords(line.kind, mark, before && before.result, skills.some((one) => !one.mastered));
  return h('div.well-done', null, scene('well-done'), h('h1', null, say('learn.thanks', { who: state.desk.address })),
    told.map((words, at) => h(at || told.length === 1 ? 'p' : 'p.well-done__figure', null, words)));
}

function measuredWords(kind, mark, before, isWeak) {
  if (!mark) return [say('learn.measured_waits')];
  if (kind === 'entry') return [say('learn.entry_thanks')];
  if (!before) return [say('learn.measured_no_pass')];
  const figures = { a: before.points, b: before.max, c: mark.points, d: mark.max };
  if (kind !== 'exit') return [say('learn.repeat_figures', figures), isWeak ? say('learn.forgot_some') : say('learn.forgot_none')];
  const better = mark.points * before.max > before.points * mark.max;
  return [say('learn.exit_figures', figures), better ? say('learn.exit_better') : mark.points === mark.max ? say('learn.exit_whole') : say('learn.exit_other')];
}
