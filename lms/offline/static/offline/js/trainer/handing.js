// The tablet in the trainer's hands goes to somebody who has no card here, or to somebody new.
import { h } from '../base/dom.js';
import { alertBox } from '../base/frame.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { cornerDo, cornerPart, shutCorner } from './corner.js';
import { faceTiles } from './faces.js';
import { meetingHere, peopleHere, sitCarried } from './meeting.js';

// The corner shuts before the learner holds the tablet.
const handTo = (one) => cornerDo(() => sitCarried(one.id, 'trainer'), () => shutCorner());

cornerPart('hand', async () => ({
  title: say('trainer.hand'),
  content: [h('p', null, say('trainer.hand_how')), faceTiles(await peopleHere(), handTo)],
}));

cornerPart('spares', async () => {
  const { spares } = await meetingHere();
  const free = state.pack.learners.filter((one) => one.spare && !spares.includes(one.id));
  const how = h('ol', null, h('li', null, say('trainer.spare_paper')), h('li', null, say('trainer.spare_write')), h('li', null, say('trainer.spare_tap')));
  const content = free.length ? [how, faceTiles(free, handTo)] : alertBox(say('trainer.no_spares'), say('trainer.no_spares_what'), { kind: 'warning' });
  return { title: say('trainer.spare'), content };
});
