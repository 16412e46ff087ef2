// Offers titles while a reader types; without it the search box works all the same.
const box = document.querySelector("input[data-suggest]");
const list = document.getElementById(box.getAttribute("list"));
let waiting = 0;

async function offer() {
    const typed = box.value.trim();
    if (typed.length < 2) return list.replaceChildren();
    const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok || box.value.trim() !== typed) return;
    const { suggestions } = await answer.json();
    list.replaceChildren(...suggestions.map(one => new Option(one.kind, one.title)));
}

box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 150);
});
