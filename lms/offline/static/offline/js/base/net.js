// Calls of the service. A call never throws: status 0 means that no answer came, whatever the reason.
const ROOT = '/api/v1';

// as 'tablet': in the name of the device, whoever is signed in beside it; as 'learner': in the learner's own.
export async function call(method, path, { body, as = 'tablet', timeout = 20000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  const headers = { Accept: 'application/json' };
  if (as === 'tablet') headers.Authorization = 'Tablet';
  if (body !== undefined && !(body instanceof FormData)) headers['Content-Type'] = 'application/json';
  const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
  try {
    const answer = await fetch(ROOT + path, { method, headers, body: sent, signal: stop.signal, cache: 'no-store', redirect: 'error' });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: read(text), text, wait: seconds(answer) };
  } catch (error) {
    return { ok: false, status: 0, body: null, text: '', wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

function read(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch (error) {
    return null; // A hall's sign-in page may answer in the service's place.
  }
}

function seconds(answer) {
  return Number(answer.headers.get('Retry-After')) || 0;
}

// The sentence that the service gave with a refusal, or ''.
export function refusal(answer) {
  return (answer.body && answer.body.detail) || '';
}
