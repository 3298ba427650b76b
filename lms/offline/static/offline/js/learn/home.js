// The learner's own page: what comes next, how far one is, the test and the tasks.
import { h, icon } from '../base/dom.js';
import { badge, mainButton, progress, quietButton } from '../base/frame.js';
import { go } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { adviceFor } from './advice.js';
import { askBeside, besideAdvice, missedWords } from './beside.js';
import { beginPractice, practicePlan } from './begin.js';
import { examOf, formsOf, formStep, openForm } from './exam.js';
import { block, fact, learnView, link, nextStep, openLessonAt, tap } from './pieces.js';

const openAttempt = (attempt) => go('attempt', { attempt });

learnView('home', async (params, learner) => {
  const advice = await adviceFor(learner);
  const forms = formsOf(learner);
  const step = homeStep(learner, examOf(learner), formStep(forms, learner), advice);
  return {
    title: say('learn.my_page'),
    content: [h('h1', null, say('learn.hello', { name: state.turn.name })), step.box, besideAdvice(advice), askBeside(learner),
      lessonList(learner), homeTests(learner, forms, step.form)],
    main: step.main,
  };
});

// The one thing to do now, with its main button.
function homeStep(learner, exam, form, advice) {
  const { following } = learner;
  const who = state.desk.address;
  if (exam && exam.open) {
    return { box: nextStep('quiz', say('learn.begun'), say('learn.test'), h('p', null, say('learn.answers_kept'))),
      main: mainButton(say('learn.go_on_test'), () => openAttempt(exam.open.id), { icon: 'play' }) };
  }
  if (exam && exam.canBegin) {
    return { box: nextStep('shield', say('learn.sitting_open'), say('learn.please_test', { who }), h('p', null, say('learn.no_limit'))),
      main: mainButton(say('learn.do_test'), () => go('tests'), { icon: 'quiz' }) };
  }
  if (form) return homeForm(form, following);
  if (following) {
    const { lesson, number, state: at } = following;
    return { box: nextStep('lesson', say('learn.next_lesson', { n: number }), lesson.title, h('p', null, homeSeen(following) || say('learn.minutes', { n: lesson.minutes })),
      advice && advice.why === 'missed' && h('p', null, say('learn.advice_missed', missedWords(advice)))),
      main: mainButton(at === 'begun' ? say('learn.go_on') : say('learn.learn_lesson', { n: number }), tap(() => openLessonAt(following)), { icon: 'play' }) };
  }
  return { box: nextStep('check', say('learn.all_done', { n: learner.done }), say('learn.now_work', { who }), h('p', null, say('learn.as_often'))),
    main: mainButton(say('learn.work'), () => go('tests'), { icon: 'quiz' }) };
}

function homeForm(form, following) {
  const overs = { entry: say('learn.before_learning'), exit: say('learn.lessons_done') };
  const words = { entry: say('learn.entry_words', { n: form.count }), exit: say('learn.exit_words', { n: form.count }) };
  const later = form.kind === 'entry' && following
    ? quietButton(say('learn.later_learn'), tap(() => openLessonAt(following)), { icon: 'lesson' })
    : !form.open && quietButton(say('learn.later'), () => go('tests'), { icon: 'next' });
  return {
    form,
    box: nextStep('target', form.open ? say('learn.begun') : overs[form.kind] || say('learn.remember'), form.title,
      h('p', null, form.open ? say('learn.answers_kept') : words[form.kind] || say('learn.repeat_words', { n: form.count })), later && h('p', null, later)),
    main: mainButton(form.open ? say('learn.go_on_form') : say('learn.do_form', { n: form.count }), tap(() => openForm(form)), { icon: 'play' }),
  };
}

// Seen is not learned: both are told.
function homeSeen({ state: at, seen, lesson }) {
  return at === 'begun' ? say('learn.seen', { n: seen, of: lesson.screens }) : '';
}

function lessonList({ modules, done, lessons }) {
  return block(say('learn.lessons'), progress(done, lessons.length, say('learn.learned')),
    modules.map((part) => [
      modules.length > 1 && h('h3.way__module', null, part.module.title),
      h('ol.way', null, part.lessons.map(homeLesson)),
      part.isLearned && part.module.quiz && h('p.way__quiz', null, quizButton(part))]));
}

function homeLesson(one) {
  const { lesson, number, state: at } = one;
  const words = { done: say('learn.state_done'), begun: homeSeen(one), new: say('learn.state_new') };
  return h(`li.way__item.way__item--${at}`, null, h('button.way__link.link-row', { type: 'button', onclick: tap(() => openLessonAt(one)) },
    h('span.way__number', { 'aria-hidden': 'true' }, at === 'done' ? icon('check') : String(number)),
    h('span.way__words', null,
      h('span.way__title', null, h('span.hide-visually', null, say('learn.lesson_n', { n: number }), ' '), lesson.title),
      h('span.way__state', null, words[at])),
    icon('next')));
}

export function quizButton({ module, quizzed, openQuiz }, make = quietButton) {
  const n = practicePlan(module.code).count;
  const label = openQuiz ? say('learn.go_on_quiz') : quizzed ? say('learn.quiz_again', { n }) : say('learn.quiz', { n });
  return make(label, tap(async () => openAttempt(openQuiz ? openQuiz.id : await beginPractice(module.code))), { icon: 'quiz' });
}

function homeTests(learner, forms, first) {
  const exam = examOf(learner);
  const waiting = forms.filter((one) => one.canBegin && one !== first);
  return block(say('learn.tests_and_tasks'), exam && examCard(exam),
    waiting.map((one) => fact('target', one.title, h('p', null, say('learn.form_short', { n: one.count }), ' ', link(say('learn.open_work'), () => go('tests'))))),
    state.desk.tasks.map((task) => fact('task', task.title, h('p', null, taskResult(task.result)))),
    h('p', null, link(say('learn.able_link', { who: state.desk.address }), () => go('able'))));
}

function taskResult(result) {
  if (result === 'can_do') return badge(say('learn.task_can_do'), 'success', 'check');
  if (result === 'needs_help') return badge(say('learn.task_needs_help'), 'warning', 'warning');
  if (result === 'not_yet') return badge(say('learn.task_not_yet'));
  return say('learn.task_open');
}

function examCard(exam) {
  const { last } = exam;
  const state_ = exam.reached ? [h('p', null, badge(say('learn.test_reached'), 'success', 'check'))]
    : exam.open ? [h('p', null, badge(say('learn.begun'), 'info', 'info'))]
      : [h('p', null, say('learn.test_share', { share: exam.share }), ' ', say('learn.tries_left', { n: exam.tries })),
        last && last.passed && h('p', null, badge(say('learn.test_passed_before'), 'success', 'check')),
        last && last.passed === false && h('p', null, say('learn.test_failed_before', { points: last.points, max: last.max })),
        h('p', null, exam.canBegin ? badge(say('learn.sitting_open'), 'info', 'info') : exam.words)];
  return fact('quiz', say('learn.test'), [state_, h('p', null, link(say('learn.try_or_test'), () => go('tests')))]);
}
