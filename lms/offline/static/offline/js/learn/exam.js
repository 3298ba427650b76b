// The test and the measuring forms as they stand here: what the service told, and what was done since.
import { go } from '../base/router.js';
import { state } from '../base/state.js';
import { say } from '../base/words.js';
import { beginSecret, carriedForm } from './begin.js';
import { askDesk } from './desk.js';
import { tellHere } from './pieces.js';

// null where there is no test, as at home.
export function examOf(learner) {
  const { exam } = state.desk;
  if (!exam || state.turn.kind === 'home') return null;
  const mine = learner.attempts.filter((one) => one.kind === 'certifying');
  const told = new Set(state.desk.attempts.map((one) => one.id));
  const open = mine.find((one) => !one.handed && (one.id === exam.open_attempt || !told.has(one.id))) || null;
  // What was handed in here is known to the service only when it has come there.
  const waits = mine.some((one) => one.handed && one.state === 'open');
  return {
    open,
    canBegin: exam.can_begin && !open && !waits,
    reached: exam.code === 'reached',
    share: exam.share,
    tries: exam.tries_left,
    count: exam.count,
    words: waits ? say('learn.result_waits') : exam.words,
    last: exam.last,
  };
}

export function formsOf(learner) {
  if (state.turn.kind === 'home') return [];
  return state.desk.measuring.map((told) => formOf(told, learner)).filter((one) => one.open || one.isDone || one.canBegin || one.words);
}

function formOf(told, { attempts, done }) {
  const mine = attempts.filter((one) => one.kind === told.kind);
  const open = mine.find((one) => !one.handed) || null;
  const handed = mine.find((one) => one.handed) || null;
  const isDone = told.is_done || Boolean(handed);
  const late = told.kind === 'entry' && done > 0;
  return {
    kind: told.kind,
    title: told.title,
    count: told.count,
    open: isDone || late ? null : open,
    isDone,
    canBegin: formMayBegin(told, done) && !isDone && !open && !late,
    attempt: handed ? handed.id : told.attempt,
    words: late && !isDone ? say('learn.entry_late') : told.words,
  };
}

// In a carried class a form may begin that was drawn beforehand; the exit form after a lesson on the way, too.
function formMayBegin({ kind, can_begin: told }, done) {
  if (state.turn.kind !== 'carried') return told;
  return Boolean(carriedForm(kind)) && (kind !== 'exit' || told || done > 0);
}

// The form to propose first: one begun; the entry form before the first lesson; the exit form after the last;
// a repeat that is due.
export function formStep(forms, { lessons }) {
  const fresh = lessons.every((one) => one.state === 'new');
  const learned = lessons.every((one) => one.state === 'done');
  const proposed = { entry: fresh, exit: learned, after30: true, after90: true };
  return forms.find((one) => one.open) || forms.find((one) => one.canBegin && proposed[one.kind]) || null;
}

export function openForm(form) {
  return form.open ? go('attempt', { attempt: form.open.id }) : beginAndOpen(form.kind);
}

// Begins a test or form and opens it; one that waits since another tablet is gone on with.
export async function beginAndOpen(kind) {
  const { turn } = state;
  const { attempt, words } = await beginSecret(kind);
  if (state.turn !== turn) return null; // It is begun, but whoever wanted it has left.
  if (attempt) return go('attempt', { attempt });
  await askDesk();
  return state.turn === turn && tellHere(say('learn.begin_not'), words, 'warning');
}
