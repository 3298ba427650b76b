// Where the player begins: is this a tablet of the commune, in which class does it stand, who sat here last.
import { h } from '../base/dom.js';
import { show } from '../base/frame.js';
import { call } from '../base/net.js';
import { view, go } from '../base/router.js';
import { set } from '../base/state.js';
import { say } from '../base/words.js';

view('unknown', () => show({ title: say('base.name'), content: [h('h1', null, say('base.name'))] }));

export async function boot() {
  const answer = await call('GET', '/tablet');
  if (answer.ok) set({ tablet: answer.body });
  await go('unknown');
}
