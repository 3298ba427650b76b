// A lesson, a screen at a time; after the last screen the lines to take home, then joy.
import { h, icon, scene } from '../base/dom.js';
import { mainButton, progress, quietButton } from '../base/frame.js';
import { again, go } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { KINDS } from '../kinds/index.js';
import { keepSnapshot, snapshot } from '../store/index.js';
import { askedPicture, askedWork, feedback, judged, pictureBox } from './asked.js';
import { openLesson } from './content.js';
import { quizButton } from './home.js';
import { learnView, link, openLessonAt, tap, tellTrouble, toHome, untell } from './pieces.js';
import { picturesIn, readyPictures } from './pictures.js';
import { preload } from './preload.js';
import { finishLesson, seeScreen } from './taking.js';

const tryBlank = { given: [], tried: [], failed: false, over: false };
const tryKey = ({ lesson, screen }) => `try:${state.turn.learner}:${lesson}:${screen}`;

learnView('lesson', async (params, learner) => {
  const one = learner.lessons.find((found) => found.lesson.code === params.lesson);
  if (!one) return go('home', {}, { replace: true });
  const made = await openLesson(params.lesson);
  preload(params.lesson);
  const screen = Math.min(params.screen, made.screens.length + 1);
  const place = { lesson: params.lesson, screen, total: made.screens.length + 1 };
  const back = screen > 1 ? { act: () => go('lesson', { lesson: params.lesson, screen: screen - 1 }) } : toHome();
  const where = h('div.where', null,
    h('p.where__words', null, h('span', null, say('learn.lesson_title', { n: one.number, title: made.title }))),
    progress(screen, place.total, say('learn.screen')));
  const shown = screen === place.total ? takeHome(made, place) : await lessonScreen(made, place);
  return { ...shown, back, content: [where, shown.content] };
});

function takeHome({ take_home: lines, screens }, { lesson }) {
  const done = async () => {
    // Who learns the lesson again finds its questions open again.
    await finishLesson(lesson, screens.length, screens.map((one, at) => [tryKey({ lesson, screen: at + 1 }), null]));
    await go('lesson_done', { lesson });
  };
  return {
    title: say('learn.take_home'),
    content: [h('h1', null, say('learn.take_home')),
      h('ul.take-home', null, lines.map((line) => h('li', { 'data-say': line }, icon('check'), h('span', null, line))))],
    main: mainButton(say('learn.lesson_learned'), tap(done), { icon: 'check' }),
  };
}

async function lessonScreen(made, place) {
  const shown = made.screens[place.screen - 1];
  await readyPictures(picturesIn(shown));
  const on = tap(async () => {
    await seeScreen(place.lesson, place.screen);
    await go('lesson', { lesson: place.lesson, screen: place.screen + 1 });
  });
  const item = shown.item ? made.items[shown.item] : null;
  const tried = item ? await lessonTry(item, place, on) : null;
  return {
    title: shown.title,
    content: [h('h1', null, shown.title), shown.illustration && pictureBox(shown.illustration),
      h(`div.prose${item ? '' : '.prose--alone'}`, { html: shown.html, 'data-say': shown.say || true }), tried && tried.box],
    main: (tried && tried.main) || mainButton(say('learn.continue'), on),
    after: tried && tried.after,
  };
}

// The practice question of a screen. Nothing of it is sent; what was tapped is kept, so that a reload loses nothing.
async function lessonTry(item, place, on) {
  const kind = KINDS[item.kind];
  const key = tryKey(place);
  const at = { ...tryBlank, ...await snapshot(key) };
  const keep = (now) => keepSnapshot(key, now);
  const redraw = async (now) => {
    await keep(now);
    await again();
  };
  const changed = (tokens) => {
    untell();
    if (!kind.savesEachAct) keep({ ...at, given: tokens, trouble: '' }).catch(tellTrouble);
    else if (kind.finished(item, tokens)) redraw(judged(item, at, tokens)).catch(tellTrouble);
    else keep({ ...at, given: tokens }).catch(tellTrouble);
  };
  const work = await askedWork(item, { given: at.given, tried: at.tried, trouble: at.trouble, reveal: at.over, secret: false, level: 3, onChange: changed });
  const answer = tap(() => {
    const tokens = kind.read(work);
    const trouble = tokens.length ? kind.trouble(item, tokens) : 'learn.choose_first';
    if (trouble) return redraw({ ...at, given: tokens, trouble });
    return redraw(judged(item, { ...at, trouble: '' }, tokens));
  });
  const told = feedback(item, { trouble: at.trouble, given: at.given, over: at.over, correct: at.revealed ? false : at.over || (at.failed ? false : null) });
  const reveal = quietButton(say('learn.show_right'), tap(() => redraw({ ...at, over: true, revealed: true, trouble: '' })), { icon: 'eye' });
  const skip = h('button.button.button--plain', { type: 'button', onclick: on }, say('learn.skip'));
  const box = h('section.try', null, h('h2.try__title', null, icon('edit'), h('span', null, say('learn.please_try', { who: state.desk.address }))),
    told, askedPicture(item), work, !at.over && h('div.try__skip', null, at.failed && reveal, !kind.savesEachAct && skip));
  return { box, main: lessonMain(kind, at, answer, on), after: () => told && told.scrollIntoView({ block: 'start' }) };
}

function lessonMain(kind, at, answer, on) {
  if (at.over) return null;
  if (kind.savesEachAct) return mainButton(say('learn.skip'), on, { kind: 'quiet' });
  return mainButton(at.failed ? say('learn.answer_again') : say('learn.answer'), answer, { icon: 'check' });
}

learnView('lesson_done', ({ lesson }, learner) => {
  const one = learner.lessons.find((found) => found.lesson.code === lesson);
  const { following } = learner;
  const part = learner.modules.find(({ module, isLearned }) => isLearned && module.quiz && module.lessons[module.lessons.length - 1] === lesson);
  const learn = () => openLessonAt(following);
  const quiz = part && !part.quizzed;
  return {
    title: say('learn.state_done'),
    content: h('div.well-done', null, scene('well-done'), h('h1', null, say('learn.well_done')), h('p', null, one.lesson.title),
      following && h('p', null, say('learn.then', { title: following.lesson.title })),
      part && h('p', null, say('learn.module_done', { title: part.module.title, who: state.desk.address, n: part.module.quiz.count })),
      quiz && following && h('p', null, link(say('learn.learn_now', { n: following.number }), learn)),
      h('p', null, link(say('learn.to_my_page'), () => go('home')))),
    main: quiz ? quizButton(part, mainButton)
      : following ? mainButton(say('learn.learn_lesson', { n: following.number }), tap(learn), { icon: 'play' })
        : mainButton(say('learn.work'), () => go('tests'), { icon: 'quiz' }),
  };
});
