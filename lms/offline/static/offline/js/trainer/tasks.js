// What the trainer sees a learner do: the steps to look for, then can do, needs help, or not yet.
import { h, icon } from '../base/dom.js';
import { alertBox } from '../base/frame.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { openContent } from '../learn/content.js';
import { personOf } from './carry.js';
import { cornerDo, cornerPart, toPart } from './corner.js';
import { faceTiles } from './faces.js';
import { meetingHere, observeTask, peopleHere } from './meeting.js';

const taskResults = () => [['can_do', say('trainer.can_do'), 'check'], ['needs_help', say('trainer.needs_help'), 'help-hand'], ['not_yet', say('trainer.not_yet'), 'minus']];

cornerPart('tasks', async () => {
  const people = await peopleHere();
  const { tasks } = await meetingHere();
  const seen = (one) => Object.keys(tasks[one.id] || {}).length;
  const note = (one) => (seen(one) ? say('trainer.task_seen', { n: seen(one) }) : '');
  return { title: say('trainer.tasks_who'), content: faceTiles(people, (one) => toPart('task', { learner: one.id }), note) };
});

cornerPart('task', async (host, { learner }) => {
  const { tasks } = await openContent(state.pack.content, state.pack.level);
  const person = personOf(learner);
  const seen = (await meetingHere()).tasks[learner] || {};
  const content = tasks.length ? tasks.map((task) => taskCard(host, person, task, seen)) : alertBox(say('trainer.no_tasks'));
  const back = { label: say('trainer.tasks_who'), act: () => toPart('tasks') };
  return { title: say('trainer.task_of', { name: person.name }), content, back };
});

function taskCard(host, person, task, seen) {
  const moments = task.moments.length ? task.moments : [['', '']];
  return h('section.card.corner__task', null, h('h2.card__title', null, icon('task'), task.title), h('p', null, task.prompt),
    task.prepare && h('p.card__note', null, task.prepare),
    h('ul.corner__steps', null, task.steps.map((step) => h('li', null, h('label.tick', null, h('input', { type: 'checkbox' }),
      h('span', null, step.text, step.must && h('strong', null, ` (${say('trainer.must')})`)))))),
    moments.map(([moment, words]) => taskVerdict(host, person, task, [moment, moments.length > 1 ? words : ''], seen[`${task.id} ${moment}`])));
}

function taskVerdict({ account }, person, task, [moment, words], chosen) {
  const name = `t-${task.id}-${moment}`;
  const tap = (result) => cornerDo(() => observeTask(person.id, task.id, moment, result, account), () => null);
  const pill = ([result, label, drawing]) => h(`label.pill.pill--${result}`, null,
    h('input', { type: 'radio', name, value: result, checked: result === chosen, onchange: () => tap(result) }), h('span', null, icon(drawing), label));
  return h('fieldset.corner__verdict', null, h('legend', null, words || say('trainer.saw')), h('div.pills', null, taskResults().map(pill)));
}
