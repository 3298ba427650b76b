// What may be worked on: practice at any time, the test while its sitting is open, the measuring forms.
import { h, icon } from '../base/dom.js';
import { alertBox, mainButton, quietButton } from '../base/frame.js';
import { go } from '../base/router.js';
import { say } from '../base/words.js';
import { beginPractice, practicePlan } from './begin.js';
import { beginAndOpen, examOf, formsOf, openForm } from './exam.js';
import { fact, learnView, link, tap, toHome } from './pieces.js';

const testsOpen = (attempt) => go('attempt', { attempt });
const testsPractice = tap(async () => testsOpen(await beginPractice()));

learnView('tests', (params, learner) => {
  const exam = examOf(learner);
  const forms = formsOf(learner);
  const half = learner.attempts.find((one) => one.kind === 'practice' && one.goesOn) || null;
  const top = exam && exam.canBegin ? testRules(exam) : exam && exam.open
    ? [h('h1', null, say('learn.test_begun')), h('p', null, say('learn.answers_kept'))] : testsTry(exam);
  return {
    title: say('learn.work'),
    back: toHome(),
    content: [top, testsSecond(exam, half), forms.length > 0 && testsForms(forms)],
    main: testsMain(exam, half),
  };
});

function testsMain(exam, half) {
  if (exam && exam.canBegin) return mainButton(say('learn.begin_test'), tap(() => beginAndOpen('certifying')), { icon: 'play' });
  if (exam && exam.open) return mainButton(say('learn.go_on_test'), () => testsOpen(exam.open.id), { icon: 'play' });
  if (half) return mainButton(say('learn.go_on_practice'), () => testsOpen(half.id), { icon: 'play' });
  return mainButton(say('learn.begin_practice'), testsPractice, { icon: 'play' });
}

function testsSecond(exam, half) {
  if (exam && (exam.canBegin || exam.open)) {
    return h('p', null, half ? quietButton(say('learn.go_on_begun'), () => testsOpen(half.id), { icon: 'edit' })
      : quietButton(say('learn.practice_first'), testsPractice, { icon: 'edit' }));
  }
  return half && h('p', null, quietButton(say('learn.practice_new'), testsPractice, { icon: 'edit' }));
}

function testRules({ count, share, tries }) {
  const rules = [['quiz', say('learn.rule_count', { n: count })], ['clock', say('learn.rule_time')], ['undo', say('learn.rule_back')],
    ['target', `${say('learn.test_share', { share })} ${say('learn.tries_left', { n: tries })}`]];
  return [h('h1', null, say('learn.test')),
    h('ul.take-home', null, rules.map(([name, words]) => h('li', { 'data-say': words }, icon(name), h('span', null, words)))),
    h('p.muted', null, say('learn.not_yet_test'))];
}

function testsTry(exam) {
  return [h('h1', null, say('learn.practice')), h('p', null, say('learn.practice_words', { n: practicePlan().count })),
    exam && (exam.reached ? alertBox(say('learn.test_is_reached'), say('learn.not_again'), { kind: 'success' })
      : alertBox(say('learn.real_test'), exam.words))];
}

function testsForms(forms) {
  return h('section.learn-block.learn-block--apart', null, h('h2', null, say('learn.first_and_last')), h('p', null, say('learn.measuring_words')),
    forms.map((form) => fact(form.isDone ? 'check' : 'target', form.title, testsForm(form), form.isDone ? 'good' : '')));
}

function testsForm(form) {
  const begin = tap(() => openForm(form));
  if (form.open) return [h('p', null, say('learn.begun_kept')), h('p', null, quietButton(say('learn.go_on_form'), begin, { icon: 'play' }))];
  if (form.canBegin) return [h('p', null, say('learn.form_count', { n: form.count })), quietButton(say('learn.do_form', { n: form.count }), begin, { icon: 'play' })];
  if (!form.isDone) return h('p', null, form.words);
  return h('p', null, say('learn.form_done'), ' ', form.attempt && link(say('learn.look_again'), () => testsOpen(form.attempt)));
}
