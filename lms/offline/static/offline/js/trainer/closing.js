// The end of a meeting at this tablet: what is not finished is said first, then what becomes of the names.
import { h, icon } from '../base/dom.js';
import { alertBox, mainButton, quietButton } from '../base/frame.js';
import { onState, state } from '../base/state.js';
import { say } from '../base/words.js';
import { counts, eventsOf, meta, onCounts, setMeta } from '../store/index.js';
import { dropPack } from './carry.js';
import { cornerDo, cornerPart, leaveCorner, toPart } from './corner.js';
import { closeMeeting, meetingHere, meetingsLeft, peopleHere } from './meeting.js';
import { countsLine } from './menu.js';

const closingLeft = () => counts().unsaved + counts().device;

// Names of those who began a test at this tablet and did not hand it in.
async function closingOpen(people) {
  const names = [];
  for (const one of people) {
    const own = await eventsOf({ learner: one.id });
    const handed = own.filter((event) => event.type === 'attempt.submitted').map((event) => event.attempt);
    const open = own.some((event) => event.type === 'attempt.started' && event.payload.kind !== 'practice' && !handed.includes(event.attempt));
    if (open) names.push(one.name);
  }
  return names;
}

cornerPart('close', async () => {
  const meeting = await meetingHere();
  const people = await peopleHere();
  const open = await closingOpen(people);
  const unmarked = people.filter((one) => !meeting.marks[one.id]).map((one) => one.name);
  const left = closingLeft();
  const list = [
    meeting.testing && say('trainer.left_sitting'),
    open.length > 0 && say('trainer.left_open', { n: open.length, names: open.join(', ') }),
    unmarked.length > 0 && say('trainer.left_unmarked', { n: unmarked.length, names: unmarked.join(', ') }),
    left > 0 && say('trainer.left_unsent', { n: left }),
  ].filter(Boolean);
  const content = list.length
    ? [h('p', null, say('trainer.left')), h('ul.corner__left', null, list.map((line) => h('li', null, icon('warning'), h('span', null, line))))]
    : alertBox(say('trainer.nothing_left'), '', { kind: 'success' });
  const main = mainButton(say('trainer.close'), () => cornerDo(closeMeeting, () => toPart('names')), { icon: 'lock' });
  return { title: say('trainer.close_title'), content, main };
});

// After the meeting. The names go at once, when everything is sent, or they stay for the next meeting.
cornerPart('names', () => {
  const more = meetingsLeft().length;
  const keep = quietButton(say('trainer.names_keep', { n: more }), leaveCorner, { icon: 'calendar' });
  const sent = closingLeft() > 0 && quietButton(say('trainer.names_sent'), () => closingWhenSent().then(leaveCorner), { icon: 'upload' });
  const content = [alertBox(say('trainer.closed'), '', { kind: 'success' }), countsLine(), h('p', null, say('trainer.names_what')),
    h('div.corner__choices', null, more > 0 && keep, sent)];
  const main = mainButton(say('trainer.names_drop'), () => dropPack('closed'), { icon: 'close', kind: 'danger' });
  return { title: say('trainer.names'), content, main };
});

const closingWhenSent = () => setMeta('drop-when-sent', state.pack.id);

async function closingLook() {
  const { pack } = state;
  if (closingLeft() || !pack || (await meta('drop-when-sent')) !== pack.id || state.pack !== pack) return;
  await setMeta('drop-when-sent', null);
  await dropPack('closed');
}

// All may be sent before this tablet has opened the class it carries, and then nothing is counted any more.
onCounts(closingLook);
onState((now, changes) => changes.pack && closingLook());
closingLook();
