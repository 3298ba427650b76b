// The corner that says where the newest act is, in a word and a drawing. It is one element for the whole visit,
// and it changes only when there is something else to say.
import { h, icon } from '../base/dom.js';
import { fill } from '../base/frame.js';
import { go, here } from '../base/router.js';
import { say } from '../base/words.js';
import { retrySaving, storeAlarms, storePage } from './page.js';
import { marks, onTally, tally } from './tally.js';

const CORNER_SLOW = 400; // Most acts are durable before anybody could read that they are not.
const cornerBox = h('div.store-corner', { role: 'status' });
let cornerSays = '';
let cornerTimer = 0;

const cornerWords = {
  saving: () => ['saving', say('store.saving')],
  device: () => ['tablet', say('store.device')],
  box: () => ['at-box', say('store.box')],
  commune: () => ['at-commune', say('store.commune')],
};

function cornerState() {
  const state = marks.get(tally.newest);
  const waiting = tally.device;
  if (state && cornerWords[state]) return { state, waiting: state === 'device' && waiting > 1 ? waiting : 0 };
  return { state: '', waiting };
}

function cornerDraw() {
  clearTimeout(cornerTimer);
  const [alarm] = storeAlarms();
  const { state, waiting } = cornerState();
  const says = JSON.stringify([alarm && alarm.name, alarm && alarm.title, state, waiting]);
  if (says === cornerSays) return;
  cornerSays = says;
  cornerBox.className = `store-corner${alarm ? ' store-corner--alarm' : ''}`;
  cornerBox.replaceChildren(...(alarm ? cornerAlarm(alarm) : cornerQuiet(state, waiting)));
}

function cornerQuiet(state, waiting) {
  const parts = [];
  if (state) {
    const [name, words] = cornerWords[state]();
    parts.push(h(`span.store-corner__state.store-corner__state--${state}`, null, icon(name), h('span', null, words)));
  }
  if (waiting) parts.push(h('span.store-corner__waiting', null, say('store.waiting', { n: waiting })));
  return parts;
}

function cornerAlarm({ name, title, todo }) {
  const act = name === 'unsaved'
    ? h('button.button.button--quiet', { type: 'button', onclick: retrySaving }, icon('saving'), h('span', null, say('store.again')))
    : h('button.button.button--quiet', { type: 'button', onclick: () => go('store') }, icon('eye'), h('span', null, say('store.look')));
  return [icon('warning'), h('p.store-corner__alarm', null, h('strong', null, title), ` ${todo}`), act];
}

onTally(() => {
  // What goes right says nothing until it takes long; what goes wrong is said at once.
  if (marks.get(tally.newest) === 'saving' && !storeAlarms().length) {
    clearTimeout(cornerTimer);
    cornerTimer = setTimeout(cornerDraw, CORNER_SLOW);
  } else cornerDraw();
});

// The page of the store says all of it at length.
fill({ status: () => (here() && here().view === 'store' ? null : cornerBox) });
storePage();
