// SPDX-License-Identifier: MIT
// The error that a call through one of the SDK's packages ends with.
import assert from "node:assert/strict";

import { PalantirApiError } from "@osdk/client";

export async function refusal(promise) {
    const error = await promise.then(() => assert.fail("was not refused"), (reason) => reason);
    assert.ok(error instanceof PalantirApiError, `${error}`);
    assert.match(error.errorInstanceId, /^[0-9a-f-]{36}$/);
    return error;
}
