// A phone to be used: every act grows the log, and the screen is drawn where the log leads. After an act the
// screen's title takes the focus, so that a screen reader goes on from there.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';
import { noChange, isRevealedFor } from './parts.js';
import { phoneLine, phonePart } from './screen.js';
import { cleanText } from './text.js';
import { phoneFields, phoneIsDone, walkPhone } from './walk.js';

const PHONE_TOKENS = 80;
const PHONE_TYPED = 60;

export function readPhone(box) {
  return JSON.parse(box.dataset.log);
}

// A log that this phone cannot have made is as none.
export function drawPhone(item, told) {
  const { given = [] } = told;
  const box = h('div');
  paintPhone(box, item, told, walkPhone(item, given).possible ? given : []);
  return box;
}

function paintPhone(box, item, told, log) {
  const { level = 1, onChange = noChange } = told;
  const shown = {
    item, told, log, at: walkPhone(item, log), isRevealed: isRevealedFor(told, item), isSecret: Boolean(told.secret || !item.practice),
    act(grown, act) {
      if (grown.length > PHONE_TOKENS || grown.join('\n') === log.join('\n')) return;
      paintPhone(box, item, told, grown);
      box.querySelector('.phone__title').focus();
      onChange(grown, { act });
    },
  };
  const { act, at, isRevealed } = shown;
  shown.still = isRevealed || at.ended !== '';
  shown.tap = (id) => act(phoneTyped(box, at, log).concat(id), `tap:${id}`);
  shown.type = () => act(phoneTyped(box, at, log), 'type');
  box.dataset.log = JSON.stringify(log);
  const task = h(`h${level}.answers__question.phone-task`, { 'data-say': item.prompt }, item.prompt);
  const how = log.length || isRevealed ? [] : [h('p.phone-how', null, say('kinds.phone_how'))];
  box.replaceChildren(task, ...how, phoneBody(shown, Math.min(level + 1, 6)), ...phoneAfter(shown));
}

function phoneBody(shown, level) {
  const { at, log, still, isSecret } = shown;
  const isKept = isSecret && at.ended !== '';
  const wrong = phoneFields(at.screen).filter((part) => at.stayed.includes(part.id));
  return h(`section.phone${still ? '.phone--still' : ''}`, { 'aria-label': say('kinds.phone') },
    h('div.phone__bar', { 'aria-hidden': 'true' }, h('span.phone__slit')),
    h(`h${level}.phone__title`, { tabindex: '-1', 'data-focus': log.length > 0 }, isKept ? say('kinds.phone_kept') : at.screen.title),
    h('div.phone__screen', null,
      isKept ? phoneGoOn(shown.told.address) : phoneEnd(at.ended),
      wrong.map((part) => phoneLine('wrong', 'warning', say('kinds.field_wrong', { field: part.label }))),
      isKept ? [] : at.screen.parts.map((part) => phonePart(part, shown))),
    h('div.phone__foot', { 'aria-hidden': 'true' }));
}

function phoneGoOn(address) {
  return phoneLine('done', 'check', address ? say('kinds.phone_next_who', { who: address }) : say('kinds.phone_next'));
}

function phoneEnd(ended) {
  if (ended === 'goal') return phoneLine('done', 'check', say('kinds.phone_goal'));
  if (ended === 'trap') return phoneLine('stop', 'warning', say('kinds.phone_trap'));
  return ended === 'lost' ? phoneLine('stop', 'info', say('kinds.phone_lost')) : null;
}

// Why it was a trap, the right way step by step, and a way to begin anew; of a secret question none of them.
function phoneAfter({ item, at, log, act, isRevealed, isSecret }) {
  if (isSecret) return [];
  if (isRevealed) return phoneIsDone(at) ? [] : [phoneBox('lesson', say('kinds.phone_way'), h('ol.phone-after__steps', null, item.practice.right_words.map((step) => h('li', null, step))))];
  const made = [];
  if (at.ended === 'trap') made.push(phoneBox('shield', say('kinds.phone_only_practice'), h('p', null, item.practice.explanation)));
  if (at.ended === 'lost') made.push(phoneBox('shield', say('kinds.phone_long_way'), h('p', null, item.practice.explanation)));
  if (log.length && at.ended !== 'goal') made.push(phoneAgain(at.ended, () => act([], 'restart')));
  return made;
}

function phoneBox(name, title, content) {
  return h('div.phone-after', null, icon(name), h('div', null, h('p.phone-after__title', null, title), content));
}

function phoneAgain(ended, onclick) {
  return h('p.phone-again', null, h(`button.button.button--${ended ? 'primary' : 'quiet'}`, { type: 'button', name: 'act', value: 'restart', onclick },
    icon('undo'), h('span', null, say('kinds.phone_again'))));
}

// The log with what the fields hold now; corrections before a tap replace each other.
function phoneTyped(box, at, log) {
  return phoneFields(at.screen).reduce((grown, { id }) => {
    const input = Array.from(box.querySelectorAll('.phone__input')).find((one) => one.dataset.id === id);
    const room = Math.min(PHONE_TYPED, PHONE_TOKENS - id.length - 1);
    const text = Array.from(cleanText(input.value)).slice(0, room).join('').trim();
    return text === (at.typed.get(id) || '') ? grown : phoneWithoutLast(grown, `${id}=`).concat(`${id}=${text}`);
  }, log);
}

// Drops what was typed into this field since the last tap: nothing has looked at it.
function phoneWithoutLast(log, start) {
  const after = log.reduce((last, token, index) => (token.includes('=') ? last : index + 1), 0);
  return log.filter((token, index) => index < after || !token.startsWith(start));
}
