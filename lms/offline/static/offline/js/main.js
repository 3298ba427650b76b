// The player begins here: first the way in, then, in the background, what is learned and what trainers use.
import { later } from './base/later.js';
import { boot } from './entry/boot.js';

boot().finally(() => later('learn').then(() => later('trainer')));
