// What the service tells anew, beside what this turn is in the middle of. Pure.

// An attempt that this turn goes on with stays as it was when it was taken up, until it is handed in: what
// another tablet adds meanwhile is another branch, and the service keeps both.
export function joinedDesk(before, now, taken) {
  const ours = (one) => taken.has(one.id) && !one.submitted_at && one.state === 'open';
  const named = new Set(now.attempts.filter(ours).map((one) => one.id));
  const kept = (before ? before.attempts : []).filter((one) => named.has(one.id));
  return { ...now, attempts: now.attempts.filter((one) => !named.has(one.id)).concat(kept) };
}

// Whether two desks tell the same; the hour of the answer is no news.
export function sameDesk(one, other) {
  return JSON.stringify(one, timeless) === JSON.stringify(other, timeless);
}

function timeless(name, value) {
  return name === 'server_time' ? undefined : value;
}
