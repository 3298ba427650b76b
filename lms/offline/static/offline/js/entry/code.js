// The first views: a machine that nobody enrolled, and the code of the class.
import { h, icon, scene } from '../base/dom.js';
import { mainButton, quietButton, show } from '../base/frame.js';
import { call, refusal } from '../base/net.js';
import { go, view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { carryNote } from './note.js';
import { installButton } from './install.js';
import { codeField, waitAtMain } from './keys.js';
import { takeUpdate } from './update.js';
import { hearTablet, noLongerKnown, start } from './ways.js';

view('unknown', () => {
  takeUpdate();
  show({ title: say('entry.unknown'), content: [
    h('h1', null, say('entry.unknown')), h('p', null, say('entry.unknown-todo')),
    document.documentElement.dataset.sample && codeSample(),
    h('div.entry-ways', null,
      quietButton(say('entry.own-phone'), () => go('join'), { icon: 'phone' }),
      quietButton(say('entry.at-home'), () => go('home-code'), { icon: 'home' })),
    h('section.entry-staff', null, h('h2', null, say('entry.for-staff')),
      h('ol', null, [say('entry.staff-1'), say('entry.staff-2'), say('entry.staff-3')].map((words) => h('li', null, words))),
      h('div.entry-ways', null, h('a.button.button--quiet', { href: '/may' }, icon('tablet'), h('span', null, say('entry.enrol'))), installButton())),
    h('div.entry-scene', null, scene('classroom')),
  ] });
});

// In the sample commune anybody may try: the form makes this browser one of its tablets.
function codeSample() {
  return h('form.entry-sample', { method: 'post', action: '/vao-lop/may-thu' },
    h('p', null, say('entry.sample')),
    h('button.button.button--primary.button--main', { type: 'submit' }, icon('tablet'), h('span', null, say('entry.sample-try'))));
}

view('code', (params) => {
  takeUpdate();
  codeDraw({ code: '', error: params.over ? say('entry.class-over') : '' });
});

function codeDraw({ code, error }) {
  const enter = () => codeEnter(field.value());
  const field = codeField({ id: 'f-code', label: say('entry.code'), help: say('entry.code-help'), value: code, error, enter });
  const back = state.tablet && state.tablet.class && { label: say('entry.back-to-class'), act: start };
  show({ title: say('entry.code'), back, content: [field.element, h('div.entry-ways', null, installButton()), carryNote()],
    main: mainButton(say('entry.go-in'), enter) });
}

async function codeEnter(code) {
  if (!code) return;
  const stands = waitAtMain();
  const words = await takeClass(code);
  if (words && stands()) codeDraw({ code, error: words });
}

// Stands in the class of this code; '' when it does, else the sentence that says why not.
export async function takeClass(typed) {
  const answer = await call('PUT', '/tablet/class', { body: { code: typed } });
  if (answer.status === 401 || answer.status === 403) return noLongerKnown();
  if (!answer.ok) return refusal(answer) || say('entry.no-line');
  await hearTablet(answer);
  await start();
  return '';
}
