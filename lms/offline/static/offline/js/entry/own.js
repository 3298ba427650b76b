// A learner's own phone: in class by the code of the class and the card, at home by the code that the trainer printed.
import { h } from '../base/dom.js';
import { mainButton, show } from '../base/frame.js';
import { call, refusal } from '../base/net.js';
import { view } from '../base/router.js';
import { say } from '../base/words.js';
import { counts, kick, meta, newId, setMeta } from '../store/index.js';
import { toldCard } from './card.js';
import { codeField, fieldError, inGroups, waitAtMain } from './keys.js';
import { scanControl } from './scan.js';
import { hearTablet, start } from './ways.js';

const OWN_TRIES = 20;
const OWN_WAIT = 400;

view('join', ({ code = '' }) => joinDraw({ code, card: toldCard(), error: '' }));

function joinDraw({ code, card, error }) {
  const enter = () => ownEnter('/phones', { class: field.value(), card: input.value.replace(/\D/g, '') },
    (words) => joinDraw({ code: field.value(), card: input.value, error: words }));
  const field = codeField({ id: 'f-class', label: say('entry.join-class'), help: say('entry.join-help'), value: code, enter, level: 'h2' });
  const input = h(`input.entry-code__input#f-own-card`, { type: 'text', inputmode: 'numeric', autocomplete: 'off', maxlength: 12, value: inGroups(card.replace(/\D/g, '')) });
  input.addEventListener('input', () => { input.value = inGroups(input.value.replace(/\D/g, '').slice(0, 10)); });
  field.element.append(h('h2', null, h('label', { for: 'f-own-card' }, say('entry.join-card'))), input,
    error && fieldError(error, 'f-own'), h('button', { type: 'submit', hidden: true }));
  show({ title: say('entry.join'), page: 'entry-own', back: { act: start }, content: [h('h1', null, say('entry.join')), field.element,
    scanControl((digits) => { input.value = inGroups(digits); })],
  main: mainButton(say('entry.go-in'), enter) });
}

view('home-code', ({ code = '' }) => homeDraw(code, ''));

function homeDraw(code, error) {
  const enter = async () => ownEnter('/homes', { code: field.value(), device_id: await ownDevice() }, (words) => homeDraw(field.value(), words));
  const field = codeField({ id: 'f-home', label: say('entry.home'), help: say('entry.home-help'), value: code, error, enter });
  show({ title: say('entry.home'), back: { act: start }, content: field.element, main: mainButton(say('entry.home-go'), enter) });
}

// A code works once. The id is this phone's, so that the same code sent again after a lost answer works as well.
async function ownDevice() {
  const id = (await meta('home-device')) || newId();
  await setMeta('home-device', id);
  return id;
}

// This machine gets another name with another learner: what it wrote under the old one is sent first.
async function ownSent() {
  if (counts().device) kick();
  for (let tries = 0; counts().device && !counts().refused && tries < OWN_TRIES; tries += 1) {
    await new Promise((wait) => setTimeout(wait, OWN_WAIT));
  }
  return !counts().device || counts().refused;
}

async function ownEnter(path, body, refuse) {
  const stands = waitAtMain();
  if (!(await ownSent())) return stands() && refuse(say('entry.own-unsent'));
  const answer = await call('POST', path, { body });
  if (!stands()) return null;
  if (!answer.ok || !answer.body) return refuse(refusal(answer) || say('entry.no-line'));
  await hearTablet(answer);
  return start();
}
