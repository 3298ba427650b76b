// What the trainer finds on opening the corner.
import { h, icon } from '../base/dom.js';
import { alertBox, quietButton } from '../base/frame.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { counts, kick, onCounts, rescueFile } from '../store/index.js';
import { knownDay, knownTime, plainDay } from './calendar.js';
import { cornerDo, cornerPart, toPart } from './corner.js';
import { closeSittingHere, meetingHere, meetingsLeft, openMeeting, openSittingHere, peopleHere } from './meeting.js';
import { carryNote } from './note.js';

function cornerDoor(name, title, what, act) {
  return h('button.door', { type: 'button', onclick: act }, icon(name), h('span', null, h('strong', null, title), what && h('small', null, what)));
}

cornerPart('menu', async (host) => {
  const meeting = await meetingHere();
  const doors = meeting ? await menuOpen(host, meeting) : await menuShut();
  const title = meeting ? say('trainer.meeting', { n: meeting.number, day: plainDay(meeting.day) }) : say('trainer.choose_meeting');
  return { title, back: null, content: [h('div.doors', null, doors), menuTablet()] };
});

async function menuShut() {
  const today = knownDay(await knownTime());
  const rest = meetingsLeft();
  if (!rest.length) return alertBox(say('trainer.no_meeting'), say('trainer.no_meeting_what'));
  return rest.map((one) => cornerDoor(one.planned_on === today ? 'play' : 'calendar', say('trainer.open_meeting', { n: one.number, day: plainDay(one.planned_on) }),
    one.planned_on === today && say('trainer.today'), () => cornerDo(() => openMeeting(one))));
}

async function menuOpen({ account, online }, meeting) {
  const people = await peopleHere();
  const marked = people.filter((one) => meeting.marks[one.id]).length;
  const both = [
    cornerDoor('people', say('trainer.presence'), say('trainer.presence_done', { n: marked, all: people.length }), () => toPart('presence')),
    cornerDoor('task', say('trainer.tasks'), say('trainer.tasks_what'), () => toPart('tasks')),
  ];
  if (online) return both;
  return [...both,
    meeting.testing
      ? cornerDoor('stop', say('trainer.sitting_close'), say('trainer.sitting_close_what'), () => cornerDo(closeSittingHere))
      : meeting.sitting && cornerDoor('shield', say('trainer.sitting_open'), say('trainer.sitting_open_what'), () => cornerDo(() => openSittingHere(account))),
    cornerDoor('person', say('trainer.hand'), say('trainer.hand_what'), () => toPart('hand')),
    cornerDoor('plus', say('trainer.spare'), say('trainer.spare_what'), () => toPart('spares')),
    cornerDoor('lock', say('trainer.close'), say('trainer.close_what'), () => toPart('close')),
  ];
}

// How many acts this tablet holds, and how many of them nobody else holds yet.
function countsWords() {
  const { unsaved, device, made } = counts();
  const all = Object.keys(made).reduce((sum, epoch) => sum + made[epoch], 0);
  return say('trainer.counts', { tablet: state.tablet.device.label, n: all, left: unsaved + device });
}

export function countsLine() {
  return h('p.corner__counts', { 'aria-live': 'polite' }, icon('tablet'), h('span', null, countsWords()));
}

function menuTablet() {
  return h('section.corner__tablet', null, countsLine(),
    h('div.row', null, quietButton(say('trainer.send'), kick, { icon: 'upload' }), quietButton(say('trainer.rescue'), menuRescue, { icon: 'download' })),
    carryNote());
}

onCounts(() => {
  const line = document.querySelector('.corner__counts span');
  if (line) line.textContent = countsWords();
});

async function menuRescue() {
  const { name, blob } = await rescueFile();
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
