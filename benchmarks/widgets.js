/* In the page of benchmarks/widgets.py: an event, and the time until its result is painted. */

window.painted = () => new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = done;
  channel.port2.postMessage(0);
}));
// A hand knows nothing of the frames of a screen: events come at any moment between two of them.
const anyMoment = () => new Promise((done) => setTimeout(done, Math.random() * 17));
window.root = document.querySelector(".nnkit-inspector");
const fire = (element, kind) => element.dispatchEvent(new Event(kind, { bubbles: true }));

// Ours: the drawing is done when the event returns; what is left is to lay out and to paint.
window.look = async (kind, i) => {
  const parts = ["W1[0,0]", "W1[0,1]", "W1[0,2]", "W1[0,3]", "W1[0,4]", "W1[1,0]", "W1[1,1]", "W1[1,2]", "W1[1,3]"];
  await anyMoment();
  const start = performance.now();
  if (kind === "select") {
    const part = root.querySelector(`[data-param="${parts[i % parts.length]}"]`);
    part.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  } else if (kind === "example") {
    const radio = root.querySelector(`input[value="${i % 4}"]`);
    radio.checked = true;
    fire(radio, "change");
  } else {
    const track = root.querySelector(".player input");
    track.value = String((i * 7) % 100);
    fire(track, "input");
  }
  root.getBoundingClientRect();
  const own = performance.now() - start;
  await painted();
  return [performance.now() - start, own];
};
window.slide = async (i) => {
  const track = root.querySelector(".adjust input");
  await anyMoment();
  const start = performance.now();
  track.value = String(((i * 13) % 200) / 100 - 1);
  fire(track, "input");
  while (root.dataset.waiting === "true") await new Promise((done) => setTimeout(done, 0));
  await painted();
  const spent = performance.now() - start;
  fire(track, "change");
  return spent;
};
window.drag = async (events) => {
  const track = root.querySelector(".adjust input");
  for (let i = 1; i <= events; i++) {
    track.value = String(i / events);
    fire(track, "input");
    await new Promise(requestAnimationFrame);
  }
  const start = performance.now();
  while (root.dataset.waiting === "true") await new Promise((done) => setTimeout(done, 0));
  await painted();
  const tail = performance.now() - start;
  fire(track, "change");
  return [tail, root.querySelector("h3").textContent];
};

// The peer: the result is there when another picture is loaded.
window.another = async (act) => {
  const before = document.querySelector(".jp-OutputArea-output img")?.src;
  await anyMoment();
  const start = performance.now();
  act();
  for (;;) {
    const image = document.querySelector(".jp-OutputArea-output img");
    if (image && image.src !== before && image.complete) break;
    if (performance.now() - start > 10000) throw new Error("no other picture after 10 s");
    await new Promise((done) => setTimeout(done, 1));
  }
  await painted();
  return performance.now() - start;
};
window.lookPeer = (kind, i) => another(() => {
  const [select, example] = document.querySelectorAll(".widget-dropdown select");
  if (kind === "epoch") return slidePeer("epoch", ((i * 7) % 98) + 1);
  const box = kind === "select" ? select : example;
  box.selectedIndex = (box.selectedIndex + 1) % (kind === "select" ? 10 : 4);
  return fire(box, "change");
});
window.slidePeer = (name, value) => {
  const boxes = [...document.querySelectorAll(".widget-slider")];
  const box = boxes.find((other) => other.textContent.includes(name));
  const readout = box.querySelector(".widget-readout");
  readout.textContent = String(value);
  readout.dispatchEvent(new KeyboardEvent("keydown", { keyCode: 13, bubbles: true })); // as if typed, then Enter
};
window.weightPeer = (i) => another(() => slidePeer("weight", ((i * 13) % 397) / 100 - 2));
