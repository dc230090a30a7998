// SPDX-License-Identifier: MIT
// Client libraries do not say what they send. All of them send it by fetch(), which here writes it into the books
// of who is asked, and is otherwise what it was.
const booksOf = new Map(); // by origin
const plain = globalThis.fetch;

export function countFetches(origin, books) {
    booksOf.set(origin, books);
}

const isTokenRequest = (pathname) => pathname.endsWith("/oauth2/token");

async function whenWhole(copy, ask, secrets) {
    try {
        const bytes = Buffer.from(await copy.arrayBuffer());
        ask.answered(copy.status);
        if (secrets && copy.status === 200) {
            const { access_token: access, refresh_token: refresh } = JSON.parse(bytes);
            for (const token of [access, refresh]) if (token) secrets.add(token);
        }
    } catch {
        ask.cut({ arrived: true });
    }
}

globalThis.fetch = async (resource, options) => {
    const { origin, pathname, search } = new URL(resource.url ?? resource);
    const method = (options?.method ?? resource.method ?? "GET").toUpperCase();
    const books = booksOf.get(origin);
    if (!books) return plain(resource, options);
    const ask = books.asked(method, pathname + search);
    try {
        const response = await plain(resource, options);
        whenWhole(response.clone(), ask, isTokenRequest(pathname) && books.secrets);
        return response;
    } catch (problem) {
        ask.cut({ arrived: false });
        throw problem;
    }
};
