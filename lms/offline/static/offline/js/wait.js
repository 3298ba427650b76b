// On a bad line the player itself may not have come, and then nothing else of it can help: after a while this
// page asks for all of it again. It is a file of its own, so that both must fail to leave somebody waiting.
setTimeout(() => {
  if (document.querySelector('[data-begin]')) location.reload();
}, 30000);
