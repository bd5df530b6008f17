// A worker that receives samples as the audio worker does, and notes how old the newest of each block are.
import { sampleReceiver } from '/dist/browser/sample-transport.js';

let times = [];
onmessage = ({ data }) => {
  if (data === 'begin') times = [];
  else if (data === 'end') postMessage(times);
  else {
    sampleReceiver(data.source, data.blockFrames, (block) => times.push(performance.timeOrigin + performance.now() - data.from - block.at(-1)));
    postMessage('ready');
  }
};
