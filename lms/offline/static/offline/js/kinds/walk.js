// Where a log of a simulated phone leads, as courses.activities.simulation walks it.
import { bareText, numberIsRight } from './text.js';

export const PHONE_TAPPED = ['button', 'row'];

// ended: '' while it goes on, goal, trap, lost (too many taps), or done at any end of a secret phone, whose
// public form neither names needed fields nor tells its ends apart, so that every tap leads on.
// stayed: ids of the fields that kept the last tap from leading on. typed: the newest text of each field.
export function walkPhone(item, tokens) {
  const plan = item.simulation;
  const screens = new Map(plan.screens.map((screen) => [screen.id, screen]));
  const at = { screen: screens.get(plan.start), ended: '', taps: 0, typed: new Map(), stayed: [], possible: true };
  for (const token of tokens) {
    if (at.ended || !at.possible) break;
    walkOn(at, token, screens);
    if (!at.ended && at.taps >= plan.most) at.ended = 'lost';
  }
  return at;
}

function walkOn(at, token, screens) {
  const mark = token.indexOf('=');
  if (mark >= 0) {
    const name = token.slice(0, mark);
    at.typed.set(name, token.slice(mark + 1));
    at.possible = phoneFields(at.screen).some((part) => part.id === name);
    return;
  }
  const tapped = at.screen.parts.find((part) => PHONE_TAPPED.includes(part.kind) && part.id === token);
  if (tapped) walkTap(at, tapped, screens);
  else at.possible = false;
}

function walkTap(at, tapped, screens) {
  const needs = tapped.needs || [];
  const wrong = phoneFields(at.screen)
    .filter((part) => needs.includes(part.id) && !phoneFieldIsRight(part, at.typed.get(part.id) || ''))
    .map((part) => part.id);
  at.taps += 1;
  at.stayed = wrong.length && !tapped.otherwise ? wrong : [];
  at.screen = wrong.length ? screens.get(tapped.otherwise || at.screen.id) : screens.get(tapped.to);
  at.ended = at.screen.end;
}

export function phoneFields(screen) {
  return screen.parts.filter((part) => part.kind === 'field');
}

function phoneFieldIsRight(part, typed) {
  const expects = part.expects || [];
  if (part.number) return expects.some((value) => numberIsRight(typed, value));
  return expects.some((text) => bareText(text) === bareText(typed));
}

// The goal is reached as it should be.
export function phoneIsDone(at) {
  return at.ended === 'goal' && at.possible;
}
