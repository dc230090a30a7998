// SPDX-License-Identifier: MIT
// The books that the soak is judged by: whatever does not add up is told, and nothing else is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Books, keyOf } from "./books.mjs";

const target = "/a?soak=me.1";
let id = 0;
const line = (more) => ({ id: ++id, source: "emulate", method: "GET", target, status: 200, outcome: "sent", ...more });
const gone = () => line({ status: 0, outcome: "gone" });

/** What the books lack after this. */
function lacksOf(write) {
    const books = new Books("a server");
    write(books);
    return books.lacks();
}

const balanced = {
    "a whole answer that was sent": (books) => {
        books.asked("GET", target).answered(200);
        books.logged(line());
    },
    "a client that left before its answer": (books) => {
        books.asked("GET", target).cut({ arrived: true });
        books.logged(gone());
    },
    "a client that left with its answer under way": (books) => {
        books.asked("GET", target).cut({ arrived: true });
        books.logged(line());
    },
    "a request that was lost with its client": (books) => books.asked("GET", target).cut({ arrived: false }),
    "what modules send": (books) => {
        books.logged(line({ target: "/_emulate/foundry/compute-modules/runtimes/a/job" }));
        books.logged(line({ method: "POST", target: "/interactive-module/api/internal-query/results/1", status: 204 }));
    },
    "nonsense that was refused": (books) => {
        books.askedNonsense()();
        books.loggedRefusal("400 no");
    },
    "nonsense of a client that was killed": (books) => books.askedNonsense(),
};

for (const [name, write] of Object.entries(balanced)) {
    test(`nothing is lacking of ${name}`, () => assert.deepEqual(lacksOf(write), []));
}

const lacking = {
    "is answered to nobody": (books) => books.logged(line()),
    "is answered twice": (books) => {
        books.asked("GET", target).answered(200);
        for (let i = 0; i < 2; i++) books.logged(line());
    },
    "is answered, and not known to the server": (books) => books.asked("GET", target).answered(200),
    "is answered otherwise than the server says": (books) => {
        books.asked("GET", target).answered(200);
        books.logged(line({ status: 404 }));
    },
    "is answered whole, and the server thinks that its client left": (books) => {
        books.asked("GET", target).answered(200);
        books.logged(gone());
    },
    "has arrived, and is not known to the server": (books) => books.asked("GET", target).cut({ arrived: true }),
    "has no end for its client": (books) => {
        books.asked("GET", target);
        books.logged(line());
    },
    "ends twice": (books) => {
        const ended = line({ target: "/_emulate/foundry/compute-modules/runtimes/a/job" });
        books.logged(ended);
        books.logged(ended);
    },
    "is nonsense, and was not refused": (books) => books.askedNonsense()(),
    "is refused, and was none": (books) => books.loggedRefusal("408 late"),
};

for (const [name, write] of Object.entries(lacking)) {
    test(`it is told what ${name}`, () => assert.notDeepEqual(lacksOf(write), []));
}

test("a request is known by its path, and by its name if it has one", () => {
    assert.equal(keyOf("GET", "/a?code=secret&soak=me.1&b=2"), "GET /a?soak=me.1");
    assert.equal(keyOf("GET", "/a?code=secret"), "GET /a");
});

test("books are balanced as soon as the last line has come", async () => {
    const books = new Books("a server");
    books.asked("GET", target).answered(200);
    setImmediate(() => books.logged(line()));
    await books.balance(60_000);
});

test("what is lacking is said", async () => {
    const books = new Books("a server");
    books.asked("GET", target);
    await assert.rejects(books.balance(0), /the books of a server lack:\n {2}GET \/a\?soak=me\.1: 1 sent, and neither/);
});

test("exchanges that have begun must have ended", async () => {
    const books = new Books("a server");
    for (const ended of [1, 3, 2]) books.logged(line({ id: ended }));
    await books.close(3, 0);
    await assert.rejects(books.close(4, 0), /4 exchanges begun, 3 ended/);
});
