"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words, names = Object.keys(data.classes), list = document.getElementById("cards");
const say = (text, gaps) => text.replace(/\[(\w+)\]/g, (_, gap) => gaps[gap]);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// What was decided, by id: action, label, note. It outlives the page where the browser allows that.
const key = "review " + data.suspects.map(suspect => suspect.id).join("").slice(0, 4000);
let decided = {}, saved = true;
try { decided = JSON.parse(localStorage.getItem(key)) || {}; } catch { decided = {}; }
saved = !Object.keys(decided).length;
const remember = () => { try { localStorage.setItem(key, JSON.stringify(decided)); } catch { /* it lives in the page */ } };

const cards = data.suspects.map((suspect, place) => {
  const card = make("li", {tabIndex: 0});
  const show = id => make("img", {src: data.pictures[id].src, alt: data.pictures[id].file, loading: "lazy"});
  const called = name => data.classes[name];
  const kind = suspect.kind || "rest";
  const about = make("div");
  about.append(
    make("p", {className: "soft"}, `${place + 1}. ${suspect.file} (${data.splits[suspect.split]})`),
    make("p", {}, say(words.given, {name: called(suspect.label)})),
    make("p", {}, say(words.suggested, {name: called(suspect.suggested), share: (100 * suspect.confidence).toFixed(1)})),
    make("p", {className: "note"}, suspect.twin ? say(words.twin, {file: suspect.twin}) : words["kind_" + kind]));
  const chosen = make("p", {className: "chosen"});
  const acts = make("div", {className: "acts"});
  const button = (text, sign, act) => {
    const made = make("button", {type: "button"}, text, " ", make("kbd", {}, sign));
    made.addEventListener("click", act);
    acts.append(made);
  };
  button(words.keep, "K", () => decide(place, "keep"));
  button(words.drop, "D", () => decide(place, "drop"));
  if (names.length <= 9) {
    names.forEach((name, index) => {
      if (name !== suspect.label) button(say(words.relabel, {name: called(name)}), index + 1, () => decide(place, "relabel", name));
    });
  } else {
    if (suspect.suggested !== suspect.label) {
      button(say(words.relabel, {name: called(suspect.suggested)}), "S", () => decide(place, "relabel", suspect.suggested));
    }
    const others = make("select", {ariaLabel: words.other}, make("option", {value: ""}, words.other));
    for (const name of names) if (name !== suspect.label) others.append(make("option", {value: name}, called(name)));
    others.addEventListener("change", () => { if (others.value) decide(place, "relabel", others.value); });
    acts.append(others);
  }
  button(words.undo, "U", () => decide(place, null));
  const note = make("input", {type: "text", placeholder: words.note, ariaLabel: words.note});
  note.addEventListener("input", () => {
    if (decided[suspect.id]) { decided[suspect.id].note = note.value; saved = false; remember(); tell(); }
  });
  acts.append(note);
  about.append(chosen, acts);
  const beside = make("div", {className: "beside"});
  for (const [name, id] of Object.entries(suspect.beside)) {
    beside.append(make("figure", {}, show(id), make("figcaption", {}, say(words.nearest, {name: called(name)}))));
  }
  card.append(show(suspect.id), about, beside);
  card.addEventListener("focusin", () => { here = place; });
  list.append(card);
  return {card, chosen, note, kind};
});
let here = 0;

const visible = place => !cards[place].card.hidden;
const go = (step, from = here) => {
  for (let place = from + step; place >= 0 && place < cards.length; place += step) {
    if (visible(place)) {
      here = place;
      cards[place].card.focus({preventScroll: true});
      cards[place].card.scrollIntoView({block: "nearest"});
      return;
    }
  }
};
const paint = place => {
  const {card, chosen, note} = cards[place], what = decided[data.suspects[place].id];
  card.dataset.action = what ? what.action : "";
  chosen.textContent = what ? say(words["chosen_" + what.action], {name: data.classes[what.label] || ""}) : "";
  if (document.activeElement !== note) note.value = what ? what.note : note.value;
};
const tell = () => {
  const count = Object.keys(decided).length;
  document.getElementById("state").textContent =
    say(words.done, {count, of: cards.length}) + (count ? ` ${saved ? words.saved : words.unsaved}` : "");
};
const decide = (place, action, label = "") => {
  const {id} = data.suspects[place];
  if (action) decided[id] = {action, label, note: cards[place].note.value};
  else delete decided[id];
  saved = false;
  remember();
  paint(place);
  tell();
  if (action) go(1, place);
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select")) {
    if (event.key === "Escape" || event.key === "Enter") cards[here].card.focus();
    return;
  }
  const suspect = data.suspects[here], pressed = event.key.toLowerCase(), place = names.length <= 9 ? Number(pressed) : 0;
  if (["j", "arrowdown", "arrowright"].includes(pressed)) go(1);
  else if (["i", "arrowup", "arrowleft"].includes(pressed)) go(-1);
  else if (pressed === "k") decide(here, "keep");
  else if (pressed === "d") decide(here, "drop");
  else if (pressed === "u") decide(here, null);
  else if (pressed === "n") cards[here].note.focus();
  else if (pressed === "s" && suspect.suggested !== suspect.label) decide(here, "relabel", suspect.suggested);
  else if (place >= 1 && place <= names.length) decide(here, ...(names[place - 1] === suspect.label ? ["keep"] : ["relabel", names[place - 1]]));
  else return;
  event.preventDefault();
});

const cell = text => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const table = () => {
  const fresh = data.suspects.filter(({id}) => decided[id]).map(({id, file}) => ({id, file, ...decided[id]}));
  const files = new Set(fresh.map(row => row.file));
  const kept = data.corrections.filter(row => !(row.id ? decided[row.id] : files.has(row.file)));
  const rows = [...kept, ...fresh].map(row => [row.id, row.file, row.action, row.label, row.note].map(cell).join(","));
  return ["id,file,action,label,note", ...rows, ""].join("\n");
};
document.getElementById("save").addEventListener("click", () => {
  const address = URL.createObjectURL(new Blob([table()], {type: "text/csv"}));
  make("a", {href: address, download: "corrections.csv"}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  saved = true;
  tell();
});
addEventListener("beforeunload", event => { if (!saved) event.preventDefault(); });

const kinds = document.getElementById("kinds");
for (const kind of ["", "label", "ambiguous", "near_duplicate", "outlier", "rest"]) {
  const count = kind ? cards.filter(card => card.kind === kind).length : cards.length;
  if (!count) continue;
  const choice = make("button", {type: "button", ariaPressed: String(!kind)}, `${kind ? words["kind_" + kind] : words.all} (${count})`);
  choice.addEventListener("click", () => {
    for (const other of kinds.children) other.ariaPressed = String(other === choice);
    for (const each of cards) each.card.hidden = Boolean(kind) && each.kind !== kind;
    go(1, -1);
  });
  kinds.append(choice, " ");
}
cards.forEach((_, place) => paint(place));
tell();
if (cards.length) cards[0].card.focus({preventScroll: true});
