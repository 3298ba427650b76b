// The player begins here. What a browser cannot do is found out first; then the tablet says where it stands.
import { boot } from './entry/boot.js';
import './learn/index.js';
import './trainer/index.js';

boot();
