// Attendance by tapping names. Each tap is written at once; a second one corrects the first.
import { h, picture } from '../base/dom.js';
import { quietButton } from '../base/frame.js';
import { say } from '../base/words.js';
import { cornerDo, cornerPart } from './corner.js';
import { markPresence, meetingHere, peopleHere } from './meeting.js';

const presenceWords = () => [['present', say('trainer.present')], ['absent', say('trainer.absent')], ['excused', say('trainer.excused')]];

cornerPart('presence', async () => {
  const people = await peopleHere();
  const meeting = await meetingHere();
  const waiting = meeting.seen.filter((id) => !meeting.marks[id]);
  const content = [
    h('p', null, say('trainer.presence_how')),
    waiting.length > 0 && quietButton(say('trainer.presence_seen', { n: waiting.length }), () => cornerDo(() => markPresence(waiting, 'present')), { icon: 'check' }),
    h('ul.marks', null, people.map((one) => presenceRow(one, (meeting.marks[one.id] || {}).state))),
  ];
  return { title: say('trainer.presence'), content };
});

// A row stays where it is when it is tapped, so that the next name is where the eye expects it.
function presenceRow(one, chosen) {
  const pill = ([value, words]) => h(`label.pill.pill--${value}`, null,
    h('input', { type: 'radio', name: `p-${one.id}`, value, checked: value === chosen, onchange: () => presenceTap(one.id, value) }), h('span', null, words));
  return h('li', null, h('fieldset.mark-row', null,
    h('legend', null, picture(one.picture, one.colour, { size: 'sm' }), h('span', null, one.name)), h('div.pills', null, presenceWords().map(pill))));
}

const presenceTap = (learner, value) => cornerDo(() => markPresence([learner], value), () => null);
