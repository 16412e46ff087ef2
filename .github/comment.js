// One comment with what changes in the data, and the changes of form as suggestions on their lines. Everything that comes from a
// pull request is text here: the number is checked against the commit that was built, the diff was made inert by build.py.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const MARK = "<!-- regimes: what changes in the data -->";
const LONGEST = 60000; // characters that the forge takes in one comment
const MOST_SUGGESTIONS = 30;

function body(diff) {
    const text = diff.length > LONGEST ? `${diff.slice(0, LONGEST)}\n\n... (cut; the whole is in the summary of the run)` : diff;
    return `${MARK}\n## What changes in the data\n\n${text}`;
}

// The hunks of `git diff --unified=1` as suggestions: lines of the file as it is, and the text that should stand there. The line of
// context on each side lets a hunk that only adds lines have a line to stand on.
function suggestions(patch) {
    const found = [];
    let file = "";
    for (const part of patch.split(/^(?=diff --git |@@ )/m)) {
        const name = /^\+\+\+ b\/(records\/[\w./-]+\.yml)$/m.exec(part);
        if (part.startsWith("diff --git ")) file = name ? name[1] : "";
        const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/.exec(part);
        if (!head || !file) continue;
        const [start, count] = [Number(head[1]), head[2] === undefined ? 1 : Number(head[2])];
        if (count === 0) continue; // lines are only added: there is no line of the file to comment on
        const added = part.split("\n").slice(1).filter(line => /^[+ ]/.test(line)).map(line => line.slice(1));
        const fence = "`".repeat(Math.max(3, ...added.map(line => (/`+/.exec(line) || [""])[0].length + 1)));
        found.push({ path: file, line: start + count - 1, ...(count > 1 ? { start_line: start } : {}), body: `The usual form (\`build.py fix\`):\n${fence}suggestion\n${added.join("\n")}\n${fence}` });
    }
    return found;
}

async function comment({ github, context, core, folder, head }) {
    const read = name => fs.readFileSync(path.join(folder, name), "utf8");
    const number = Number(read("number"));
    const repo = context.repo;
    const pull = Number.isInteger(number) ? (await github.rest.pulls.get({ ...repo, pull_number: number })).data : null;
    if (!pull || pull.head.sha !== head) return core.info("The pull request has moved on; its newer run will comment.");
    const comments = await github.paginate(github.rest.issues.listComments, { ...repo, issue_number: number });
    const own = comments.find(one => one.user.type === "Bot" && one.body.startsWith(MARK));
    const text = body(read("diff.md"));
    if (own) await github.rest.issues.updateComment({ ...repo, comment_id: own.id, body: text });
    else await github.rest.issues.createComment({ ...repo, issue_number: number, body: text });
    const found = suggestions(read("form.patch")).slice(0, MOST_SUGGESTIONS);
    const files = (await github.paginate(github.rest.pulls.listFiles, { ...repo, pull_number: number })).map(one => one.filename);
    const fitting = found.filter(one => files.includes(one.path));
    if (fitting.length) {
        try {
            await github.rest.pulls.createReview({ ...repo, pull_number: number, commit_id: head, event: "COMMENT", comments: fitting });
        } catch (error) {
            core.info(`The suggestions do not fit the lines of the change: ${error.message}`);
        }
    }
}

module.exports = { body, suggestions, comment };
