// SPDX-License-Identifier: MIT
// What clients do in one sitting with the seed demo.yaml: each function gives what its library made of it, without
// what is drawn anew each time.
import { createClient, createPlatformClient } from "@osdk/client";
import { Users } from "@osdk/foundry.admin";
import { Queries } from "@osdk/foundry.functions";
import { createConfidentialOauthClient } from "@osdk/oauth";
import * as openid from "openid-client";

import { demo } from "./emulator.mjs";
import { signIn } from "./sign_in.mjs";

const currentUser = "/api/v2/admin/users/getCurrent";

const statusOf = (promise) => promise.then(() => 200, (error) => error.statusCode ?? error.status ?? `${error}`);

/** A service: @osdk/oauth. */
export async function confidential(emulator) {
    const { id, secret } = demo.service;
    const client = createConfidentialOauthClient(id, secret, emulator.url, ["api:admin-read"]);
    const token = await client();
    const user = await emulator.ask("GET", currentUser, { token });
    await client.signOut();
    const { errorName } = await emulator.ask("GET", currentUser, { token, status: 401 });
    return { user, errorName };
}

/** @osdk/foundry.admin. */
export async function people(emulator) {
    const client = createPlatformClient(emulator.url, async () => demo.token);
    const me = await Users.getCurrent(client);
    const { data } = await Users.list(client);
    const batch = await Users.getBatch(client, data.slice(0, 2).map(({ id }) => ({ userId: id })));
    const found = await Users.search(client, { where: { type: "queryString", value: "JA" } });
    return {
        me, data, batch, found, one: await Users.get(client, data[1].id),
        nobody: await statusOf(Users.get(client, "nobody")),
    };
}

const Machine = {
    type: "object",
    apiName: "Machine",
    primaryKeyApiName: "machineId",
    primaryKeyType: "string",
    osdkMetadata: { extraUserAgent: "typescript-sdk/dev" },
    internalDoNotUseMetadata: { rid: "ri.ontology.main.object-type.Machine" },
};

/** @osdk/client. */
export async function objects(emulator) {
    const client = createClient(emulator.url, "ri.ontology.main.ontology.demo", async () => demo.token);
    const machines = client(Machine);
    const plain = ({ data }) => data.map((machine) => ({ ...machine }));
    return {
        all: plain(await machines.fetchPage()),
        some: plain(await machines.where({ hall: { $gt: 1 } }).fetchPage({ $select: ["name"] })),
        one: { ...(await machines.fetchOne("m-3")) },
        sum: await machines.aggregate({ $select: { $count: "unordered", "hall:max": "unordered" } }),
        metadata: await client.fetchMetadata(Machine),
    };
}

/** openid-client: the code grant with PKCE, and a refresh. */
export async function person(emulator) {
    const issuer = `${emulator.url}/multipass`;
    const config = new openid.Configuration({
        issuer,
        authorization_endpoint: `${issuer}/api/oauth2/authorize`,
        token_endpoint: `${issuer}/api/oauth2/token`,
        revocation_endpoint: `${issuer}/api/oauth2/revoke_token`,
    }, demo.web.id, undefined, openid.None());
    openid.allowInsecureRequests(config);
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
    const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: "http://localhost:3000/auth/callback",
        scope: "api:admin-read offline_access",
        state: expectedState,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: "S256",
    });
    const callback = await signIn(url, { username: "mei" });
    const tokens = await openid.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState });
    const first = await emulator.ask("GET", currentUser, { token: tokens.access_token });
    const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token);
    const second = await emulator.ask("GET", currentUser, { token: fresh.access_token });
    return { users: [first, second], seconds: [tokens.expires_in, fresh.expires_in] };
}

/** @osdk/foundry.functions, of the module queries.mjs. */
export async function functions(emulator) {
    const client = createPlatformClient(emulator.url, async () => demo.token);
    const parameters = { a: 40, b: 2 };
    const whole = await Queries.execute(client, "add", { parameters }, { preview: true });
    const stream = await Queries.streamingExecute(client, "count", { parameters: { to: 20 } });
    return {
        whole,
        lines: await stream.text(),
        failed: await Queries.execute(client, "fail", { parameters: {} }),
        unknown: await statusOf(Queries.execute(client, "no", { parameters: {} })),
    };
}
