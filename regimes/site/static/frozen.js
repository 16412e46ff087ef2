// In a copy of the site as files: look up pages by their titles.
"use strict";

const place = document.getElementById("frozen-search");
const field = Object.assign(document.createElement("input"), { type: "search", id: "frozen-words", maxLength: 200, autocomplete: "off" });
const label = Object.assign(document.createElement("label"), { htmlFor: "frozen-words", textContent: "Titles that have the words " });
const list = document.createElement("ul");
const plain = text => text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase();
list.setAttribute("aria-live", "polite");
place.append(label, field, list);

fetch(place.dataset.index).then(response => response.json()).then(index => {
    const known = index.map(one => ({ ...one, words: plain(one.title) }));
    function show() {
        const words = plain(field.value).split(/\s+/).filter(Boolean);
        const found = words.length ? known.filter(one => words.every(word => one.words.includes(word))).slice(0, 50) : [];
        list.replaceChildren(...found.map(one => {
            const item = document.createElement("li");
            item.append(Object.assign(document.createElement("a"), { href: one.path, textContent: one.title }));
            return item;
        }));
    }
    field.addEventListener("input", show);
    show();
});
