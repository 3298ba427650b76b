// Everybody of the class by drawing and name, and the four digits of the one who taps.
import { h, icon, picture } from '../base/dom.js';
import { alertBox, mainButton, quietButton, show } from '../base/frame.js';
import { call, refusal } from '../base/net.js';
import { go, view } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { carryNote } from './note.js';
import { digitField, waitAtMain } from './keys.js';
import { beginTurn, endSession, signedOut } from './turn.js';
import { takeUpdate } from './update.js';
import { noLongerKnown, offTheLine, patience, start, takeFaces, waiting } from './ways.js';

let facesOfClass = []; // Only while nobody sits here.

view('faces', async (params, mine) => {
  takeUpdate();
  const told = takeFaces();
  if (told) return facesDraw(told);
  waiting();
  const answer = (await signedOut()) ? await call('GET', '/tablet/roster', { timeout: patience() }) : { ok: false };
  if (!mine() || state.turn) return;
  if (answer.status === 409) facesClosed();
  else if (answer.status === 401 || answer.status === 403) noLongerKnown();
  else if (!answer.ok || !answer.body) offTheLine();
  else facesDraw(answer.body.faces);
  return undefined;
});

function facesClosed() {
  state.tablet.class = null;
  if (state.pack) start();
  else go('code', { over: true }, { replace: true });
}

function facesDraw(faces) {
  facesOfClass = faces;
  const { class: place, device } = state.tablet;
  show({ title: say('entry.choose'), page: 'entry-wide', content: [
    h('h1', null, say('entry.tap-yours')),
    h('p.entry-class', null, `${place.name} · ${device.label}`),
    faces.length
      ? h('ul.entry-faces', null, faces.map((face) => h('li', null, facesTile(face))))
      : alertBox(say('entry.nobody'), '', { kind: 'warning', todo: say('entry.nobody-todo') }),
    h('div.entry-ways', null,
      quietButton(say('entry.by-card'), () => go('card'), { icon: 'scan' }),
      quietButton(say('entry.other-class'), () => go('code'), { icon: 'class' })),
    carryNote(),
  ] });
}

function facesTile({ id, name, picture: drawing, colour, locked }) {
  return h('button.person-tile', { type: 'button', onclick: () => go('pin', { id }) },
    picture(drawing, colour, { size: 'lg' }), h('span.person-tile__name', null, name),
    locked && h('span.person-tile__note', null, icon('lock'), say('entry.locked')));
}

view('pin', ({ id }) => {
  const face = facesOfClass.find((one) => one.id === id);
  return face ? pinDraw(face, { locked: face.locked }) : start();
});

function pinWho({ name, picture: drawing, colour, spoken }) {
  return h('div.entry-who', null, picture(drawing, colour, { label: spoken }), h('h1', null, name),
    h('button.learner-back.learner-back--button', { type: 'button', onclick: () => history.back() }, icon('back'), h('span', null, say('entry.not-me'))));
}

function pinDraw(face, { locked = false, error = '' }) {
  if (locked) {
    show({ title: say('entry.pin-title'), content: [pinWho(face),
      alertBox(say('entry.locked-title'), say('entry.locked-what'), { kind: 'warning', todo: say('entry.locked-todo') })],
    main: mainButton(say('entry.unlocked'), () => pinDraw({ ...face, locked: false }, {}), { icon: 'unlock' }) });
    return;
  }
  const enter = () => field.digits().length === 4 && signIn({ enrolment_id: face.id, pin: field.digits() }, 'pin', (words, shut) => pinDraw(face, { error: words, locked: shut }));
  const field = digitField({ id: 'f-pin', label: say('entry.pin'), length: 4, error, enter });
  show({ title: say('entry.pin-title'), content: [pinWho(face), field.element], main: mainButton(say('entry.learn'), enter) });
}

// Asks the service to let this person in; `refuse(words, locked)` draws the view again with what went wrong.
export async function signIn(proof, how, refuse) {
  const stands = waitAtMain();
  await signedOut();
  const answer = await call('POST', '/learner-sessions', { body: proof });
  const { status, body } = answer;
  // Whoever went back meanwhile was somebody else.
  if (!stands()) return status === 201 && endSession();
  if (status === 201 && body) {
    facesOfClass = [];
    const { enrolment_id: learner, class_session_id: session, name, picture: drawing, colour, spoken } = body;
    return beginTurn({ learner, name, picture: drawing, colour, spoken, how, session, kind: 'class' });
  }
  if (status === 401 || status === 403) return noLongerKnown();
  if (status === 409) return start();
  return refuse(refusal(answer) || say('entry.no-line'), status === 429 && /#locked$/.test(body && body.type));
}

