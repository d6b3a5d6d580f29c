"use strict";
const words = JSON.parse(document.getElementById("words").textContent);
const drop = document.getElementById("drop"), files = document.getElementById("files");
const say = (text, gaps) => text.replace(/\[(\w+)\]/g, (_, gap) => gaps[gap]);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const figure = (src, caption, name) =>
  make("figure", {}, make("img", {src, alt: `${caption}: ${name}`}), make("figcaption", {}, caption));

const show = (card, name, found) => {
  if (found.problem) {
    card.className = "refused";
    card.replaceChildren(make("p", {}, say(words.refused, {file: name, problem: found.problem})));
    return;
  }
  card.className = found.unsure ? "unsure" : "called";
  const bars = found.likeliest.map(([label, share]) =>
    make("label", {}, label, make("meter", {value: share}), share.toFixed(4)));
  card.replaceChildren(
    figure(found.picture, words.seen, name),
    figure(found.heat, words.looks, name),
    make("div", {},
      make("p", {className: "soft"}, name),
      make("p", {className: "said"}, say(words.called, {name: found.predicted})),
      make("p", {}, found.unsure || words.sure),
      ...bars));
};

// One picture after the other, the latest on top.
let last = Promise.resolve();
const call = file => {
  const card = make("li", {}, make("p", {}, say(words.working, {file: file.name})));
  document.getElementById("calls").prepend(card);
  last = last.then(async () => {
    try {
      const answer = await fetch("/", {method: "POST", body: file});
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      show(card, file.name, await answer.json());
    } catch (error) {
      card.className = "refused";
      card.replaceChildren(make("p", {}, say(words.gone, {file: file.name, problem: error.message})));
    }
  });
};

files.addEventListener("change", () => { [...files.files].forEach(call); files.value = ""; });
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, event => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragenter" || type === "dragover");
    if (type === "drop") [...event.dataTransfer.files].forEach(call);
  });
}
