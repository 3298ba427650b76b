// How the player looks for the person who sits here: large or compact, plain or high-contrast colours.
// It lasts as long as the turn; the next person finds the large and plain one again.
import { h, icon } from '../base/dom.js';
import { mainButton, show } from '../base/frame.js';
import { view } from '../base/router.js';
import { set, state } from '../base/state.js';
import { say } from '../base/words.js';
import { keepSnapshot, snapshot } from '../store/index.js';

const LOOK_KEY = 'look';
const lookPage = document.documentElement;

export function plainLook() {
  lookPut({ mode: 'simple', theme: 'light' });
  lookKeep(null);
}

// A look that cannot be kept is chosen again after a restart.
function lookKeep(look) {
  keepSnapshot(LOOK_KEY, look).catch(() => {});
}

// After a restart in the middle of a turn.
export async function lookAgain() {
  const kept = await snapshot(LOOK_KEY);
  if (kept) lookPut(kept);
}

function lookPut({ mode, theme }) {
  lookPage.dataset.mode = mode;
  lookPage.dataset.theme = theme;
  set({ simple: mode === 'simple' });
}

function lookChoose(name, value) {
  const { mode, theme } = { ...lookPage.dataset, [name]: value };
  lookPut({ mode, theme });
  lookKeep({ mode, theme });
}

function lookChoice(name, question, options) {
  return h('fieldset.answers.entry-look', null,
    h('legend', null, h('h2.answers__question', null, question)),
    h('div.answers__list', null, options.map(([value, words]) => h('label.answer', null,
      h('input', { type: 'radio', name, value, checked: lookPage.dataset[name] === value, onchange: () => lookChoose(name, value) }),
      h('span.answer__mark'), h('span.answer__text', null, words)))));
}

view('settings', () => show({
  title: say('entry.settings'),
  content: [
    h('h1', null, say('entry.settings')),
    lookChoice('mode', say('entry.size'), [['simple', say('entry.size-large')], ['compact', say('entry.size-medium')]]),
    lookChoice('theme', say('entry.colours'), [['light', say('entry.colours-plain')], ['contrast', say('entry.colours-strong')]]),
  ],
  main: mainButton(say('entry.done'), () => history.back(), { icon: 'tick' }),
}));

export function settingsButton(open) {
  return h('button.entry-tool', { type: 'button', onclick: open, 'aria-label': say('entry.settings') }, icon('settings'), h('span', null, say('entry.settings-short')));
}
