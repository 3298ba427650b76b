// Beginning an attempt. Practice is drawn on the tablet. The questions of a test and of a measuring form are
// drawn by the service, or lie drawn in the class that is carried; their keys are never here.
import { call, refusal } from '../base/net.js';
import { say } from '../base/words.js';
import { state } from '../base/state.js';
import { drawForm } from '../kinds/index.js';
import { newId } from '../store/index.js';
import { openBank, taught } from './content.js';
import { askDesk, attemptNamed, stands } from './desk.js';
import { startAttempt } from './taking.js';

// An id lives as long as what it is for has not begun, so that two taps, and a tap after a failure, are one.
const beginIds = new Map();

function beginId(what) {
  if (!beginIds.has(what)) beginIds.set(what, newId());
  return beginIds.get(what);
}

// Practice over all lessons, or the quiz of one module. Resolves to the attempt's id.
export async function beginPractice(module = '') {
  const what = `${state.turn.id}:practice:${module}`;
  const attempt = beginId(what);
  const { level } = state.desk;
  const plan = practicePlan(module);
  const seed = attempt.replace(/-/g, '');
  const items = drawForm(await openBank(), plan, seed, drawnBefore());
  const payload = { kind: 'practice', level, seed, items, ...(module && { module }) };
  await startAttempt(attempt, payload);
  beginIds.delete(what);
  return attempt;
}

export function practicePlan(module = '') {
  return taught().plans.find((one) => one.kind === 'practice' && (one.module || '') === module);
}

function drawnBefore() {
  const told = new Set(state.desk.attempts.map((one) => one.id));
  const mine = stands().attempts.filter((one) => one.kind === 'practice' && !told.has(one.id));
  return ((state.desk.drawn || {}).practice || []).concat(...mine.map((one) => one.items.map((item) => item[0])));
}

// The form of a test that lies in the carried class, or null.
export function carriedForm(kind) {
  const { pack, turn } = state;
  const who = pack && turn.kind === 'carried' && pack.learners.find((one) => one.id === turn.learner);
  return (who && who.forms && who.forms[kind]) || null;
}

// A test or measuring form. Resolves to { attempt } or { words } that say why not.
export async function beginSecret(kind) {
  if (state.turn.kind === 'carried') return beginCarried(kind);
  const what = `${state.turn.id}:${kind}`;
  const attempt = beginId(what);
  const answer = await call('PUT', `/attempts/${attempt}`, { body: { kind }, as: 'learner', timeout: 12000 });
  if (answer.status && !answer.ok) {
    beginIds.delete(what);
    return { words: refusal(answer) || say('learn.begin_failed') };
  }
  if (!answer.ok || !(await askDesk()) || !attemptNamed(attempt)) return { words: say('learn.begin_needs_net') };
  beginIds.delete(what);
  return { attempt };
}

async function beginCarried(kind) {
  const form = carriedForm(kind);
  const sitting = form && form.sitting_needed ? carriedSitting() : null;
  if (!form || (form.sitting_needed && !sitting)) return { words: say('learn.begin_not_carried') };
  const what = `${state.turn.id}:${kind}`;
  const attempt = beginId(what);
  const { seed, items } = form;
  const payload = { kind, level: state.desk.level, seed, items, ...(sitting && { sitting }) };
  await startAttempt(attempt, payload);
  beginIds.delete(what);
  return { attempt };
}

// The proctored sitting that the trainer opened on this tablet, or null.
export function carriedSitting() {
  return (state.pack && state.pack.sitting) || null;
}

// The questions of an attempt: item id → item without its key; of practice with what marks it.
export async function questionsOf(line) {
  if (line.kind === 'practice') return (await openBank()).items;
  const form = carriedForm(line.kind);
  const carried = form && form.seed === line.seed ? form.questions : null;
  return line.questions || carried || {};
}
