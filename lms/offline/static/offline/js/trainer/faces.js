// Everybody of a carried class by drawing and name. Without network the card lets in, or the trainer does.
import { h, icon, picture } from '../base/dom.js';
import { alertBox, mainButton, show } from '../base/frame.js';
import { again, go, view } from '../base/router.js';
import { onState, state } from '../base/state.js';
import { say } from '../base/words.js';
import { askTablet, start } from '../entry/ways.js';
import { carried } from './carry.js';
import { plainDay } from './calendar.js';
import { carryNote } from '../entry/note.js';
import { meetingHere, peopleHere } from './meeting.js';

const FACES_PAUSE = 60000;
let facesAsked = -FACES_PAUSE;

// One tile per person; `note(person)` may give a word for below the name.
export function faceTiles(people, act, note = () => '') {
  const tile = (one) => h('li', null, h('button.person-tile', { type: 'button', onclick: () => act(one) },
    picture(one.picture, one.colour, { size: 'lg' }), h('span.person-tile__name', null, one.name),
    note(one) && h('span.person-tile__note', null, note(one))));
  return h('ul.entry-faces', null, people.map(tile));
}

const facesUseCard = () => mainButton(say('trainer.use_card'), () => go('carried-card'), { icon: 'qr' });

view('carried', async (params, isShown) => {
  const pack = await carried();
  const meeting = pack && await meetingHere();
  const people = meeting ? await peopleHere() : [];
  if (!isShown()) return;
  if (!meeting) facesAskBeside();
  if (!pack) facesGone();
  else if (meeting) facesOpen(pack, meeting, people);
  else facesShut(pack);
});

// Without a meeting the tablet is glad of a service; in one it stays with what was begun here.
const facesAsk = () => askTablet().then(start);
const facesStand = () => document.querySelector('main.carried') !== null;

async function facesAskBeside() {
  if (performance.now() - facesAsked < FACES_PAUSE) return;
  facesAsked = performance.now();
  const heard = await askTablet();
  if (heard === 'known' && state.tablet.class && facesStand() && !(await meetingHere())) start();
}

onState((now, changes) => {
  if (changes.pack === null && facesStand()) again();
});

function facesOpen(pack, meeting, people) {
  const content = [
    h('h1', null, say('trainer.tap_face')),
    h('p.entry-class', null, say('trainer.class_line', { name: pack.class_name, n: meeting.number, day: plainDay(meeting.day) })),
    meeting.testing && alertBox(say('trainer.testing'), say('trainer.testing_what')),
    faceTiles(people, (one) => go('carried-card', { learner: one.id })),
  ];
  show({ title: say('trainer.tap_face'), content, main: facesUseCard(), page: 'carried' });
}

function facesShut(pack) {
  const content = [
    h('h1', null, pack.class_name),
    h('p.entry-class', null, say('trainer.counted', { n: pack.learners.filter((one) => !one.spare).length, place: pack.place })),
    alertBox(say('trainer.shut'), say('trainer.shut_what'), { todo: say('trainer.shut_todo') }),
    carryNote(),
  ];
  show({ title: pack.class_name, content, main: facesUseCard(), page: 'carried' });
}

const goneWords = () => ({
  expired: [say('trainer.gone_expired'), say('trainer.gone_expired_what')],
  closed: [say('trainer.gone_closed'), say('trainer.gone_what')],
  clock: [say('trainer.gone_clock'), say('trainer.gone_clock_what')],
}[state.gone] || [say('trainer.gone'), say('trainer.gone_what')]);

function facesGone() {
  const [title, what] = goneWords();
  const todo = state.gone === 'clock' ? say('trainer.gone_clock_todo') : say('trainer.gone_todo');
  const content = [h('h1', null, title), alertBox(what, '', { kind: 'warning', todo })];
  show({ title, content, main: mainButton(say('trainer.look_again'), facesAsk, { icon: 'undo' }), page: 'carried' });
}
