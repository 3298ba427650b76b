// Questions about the lessons, on the tablet: none ever leaves it. The answer is a screen of a lesson, word for word.
import { h, icon } from '../base/dom.js';
import { alertBox, mainButton, quietButton } from '../base/frame.js';
import { again, go } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { onTurnEnd } from '../entry/turn.js';
import { NoContent, openAsking, openPart, orNoContent, taught } from '../learn/content.js';
import { examOf } from '../learn/exam.js';
import { block, learnView, tap, tellHere, toHome } from '../learn/pieces.js';
import { askAnswer } from './answering.js';
import { askIndex, askLexicon, askPassages } from './index.js';

const ASK_READY = 6;
// Questions live in memory only, as long as somebody's turn: no address, history or store holds one.
let askAsked = [];
let askMade = null; // { content, level, whole, index, lexicon, ready } of what is taught now.

onTurnEnd(() => { askAsked = []; });

learnView('ask', async ({ asked }, learner) => {
  const exam = examOf(learner);
  if (exam && exam.open) return go('home', {}, { replace: true });
  const made = await askOpen(learner);
  const question = askAsked[asked];
  return question ? askTold(made, question) : askForm(made);
});

// Every lesson that is here or can be fetched; without network those that are here, and that is said.
async function askOpen(learner) {
  const { content, level } = taught();
  if (askMade && askMade.whole && askMade.content === content && askMade.level === level) return askMade;
  const lexicon = askLexicon(await openAsking());
  const lessons = [];
  for (const { module, lessons: held } of learner.modules) {
    for (const { lesson } of held) {
      const part = await openPart(lesson.part.sha256).catch(orNoContent);
      if (part) lessons.push({ module: module.title, lesson: part });
    }
  }
  if (!lessons.length) throw new NoContent('lessons');
  const asking = lessons.map(({ lesson }) => askLongest(lesson.screens.map((one) => one.title).filter((title) => title.endsWith('?')))).filter(Boolean);
  const ready = [...new Set(asking)].filter((one, at, all) => at % Math.max(1, Math.floor(all.length / ASK_READY)) === 0).slice(0, ASK_READY);
  const index = askIndex(askPassages(taught().programme.code, lessons), lexicon);
  askMade = { content, level, whole: lessons.length === learner.lessons.length, index, lexicon, ready };
  return askMade;
}

// The longest heading says best by itself what it is about.
const askLongest = (titles) => titles.reduce((best, one) => (one.length > best.length ? one : best), '');

function askForm({ ready, whole }) {
  const who = state.desk.address;
  const box = h('textarea.field__input.ask__box', { id: 'ask', rows: 2, maxlength: 300, 'aria-labelledby': 'ask-label', autocomplete: 'off' });
  const ask = (question) => go('ask', { asked: askAsked.push(question) - 1 });
  const typed = async () => (box.value.trim() ? ask(box.value.trim()) : tellHere(say('ask.empty'), say('ask.example')));
  return {
    title: say('ask.title'), back: toHome(),
    content: [h('h1#ask-label', null, say('ask.please', { who })), box, h('p.muted', null, say('ask.how')), !whole && h('p', null, say('ask.part')),
      ready.length > 0 && block(say('ask.ready'), h('div.ready', null, ready.map((one) => h('button.tap.ready__one', { type: 'button', onclick: tap(() => ask(one)) }, one))))],
    main: mainButton(say('ask.ask'), tap(typed), { icon: 'search' }),
  };
}

function askTold({ index, lexicon, whole }, question) {
  const { answer, beside, happened } = askAnswer(index, lexicon, question);
  const open = ({ code, screen }) => go('lesson', { lesson: code, screen });
  const others = beside.map((one) => h('p.reply__beside', null, quietButton(one.lesson, tap(() => open(one)), { icon: 'lesson' })));
  const next = () => go('ask', {});
  const more = others.length > 0 && block(say(answer ? 'ask.beside' : 'ask.near'), others);
  const urgent = happened && alertBox(answer ? say('ask.calm') : say('ask.calm-only'), say('ask.call'), { kind: 'warning' });
  return {
    title: say('ask.title'), back: { label: say('ask.again'), act: next },
    content: [h('p.asked', null, icon('person'), h('span', null, question)), urgent, answer ? askScreen(answer) : askNone(whole), more],
    main: answer ? mainButton(say('ask.open'), tap(() => open(answer)), { icon: 'play' }) : mainButton(say('ask.again'), tap(next), { icon: 'undo' }),
  };
}

function askScreen({ title, html, lines, say: words, lesson }) {
  const body = lines ? h('ul', null, lines.map((line) => h('li', null, line))) : h('div', { html });
  const head = title || say('learn.take_home');
  return h('article.reply', { 'data-say': `${head}. ${words}` }, h('h1', null, head), h('div.prose.reply__text', null, body),
    h('p.reply__from', null, icon('lesson'), h('span', null, say('ask.from', { title: lesson }))));
}

function askNone(whole) {
  const words = [say('ask.none'), say('ask.teacher', { who: state.desk.address })];
  return [h('h1', { 'data-say': words.join(' ') }, words[0]), h('p.reply__none', null, words[1]),
    !whole && h('p', null, say('ask.part'), ' ', quietButton(say('learn.try_again'), tap(again), { icon: 'undo' }))];
}
