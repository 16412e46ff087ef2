// Leave at once: put a neutral page in the place of this one, so that the back button does not lead back to it.
const link = document.getElementById("leave");
const within = 1500; // milliseconds between two presses of Escape
let pressed = -within;

function leave() {
    document.body.hidden = true; // nothing stays on the screen while the other page loads
    document.title = "";
    location.replace(link.href);
}

link.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave();
});
document.addEventListener("keydown", event => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    if (event.timeStamp - pressed < within) leave();
    pressed = event.timeStamp;
});
link.insertAdjacentHTML("afterend", "<span>or press Esc twice</span>");
