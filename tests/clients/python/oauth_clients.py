# SPDX-License-Identifier: MIT
"""OAuth as Palantir's Python clients, and its Terraform provider, speak it: over TLS, to FE_URL.

Each test is one client's requests, with the checks that client makes of the answers.
"""
import base64
import hashlib
import html.parser
import os
import secrets
import unittest
from urllib.parse import parse_qs, urljoin, urlparse

import requests
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

URL = os.environ["FE_URL"]
TOKEN_URL = f"{URL}/multipass/api/oauth2/token"
REVOKE_URL = f"{URL}/multipass/api/oauth2/revoke_token"
AUTHORIZE_URL = f"{URL}/multipass/api/oauth2/authorize"
SERVICE = ("demo-service", "demo-secret")
PUBLIC = "demo-web"


def get(path, token, **parameters):
    headers = {
        "Accept": "application/json",
        "Authorization": f"Bearer {token}",
        "User-Agent": "python-foundry-platform-sdk/1.0.0 python/3.11",
    }
    return requests.get(URL + path, headers=headers, params=parameters, allow_redirects=False)


def current_user(token):
    return get("/api/v2/admin/users/getCurrent", token)


class Form(html.parser.HTMLParser):
    """The hidden fields of the sign-in page, and where they go."""

    def __init__(self, text):
        super().__init__()
        self.fields, self.action = {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = attributes["action"]
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[attributes["name"]] = attributes["value"]


def sign_in(url, username):
    """The person at the browser; gives where the browser is sent."""
    page = requests.get(url)
    page.raise_for_status()
    form = Form(page.text)
    answer = requests.post(
        urljoin(url, form.action), data={**form.fields, "username": username}, allow_redirects=False
    )
    return answer.headers["Location"]


class FoundrySdk(unittest.TestCase):
    """foundry_sdk, ConfidentialClientAuth: everything in the body."""

    def token(self, **more):
        client_id, client_secret = SERVICE
        body = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
        answer = requests.post(TOKEN_URL, data={**body, **more})
        answer.raise_for_status()
        token = answer.json()
        self.assertIsInstance(token["access_token"], str)
        self.assertIsInstance(token["token_type"], str)
        self.assertIs(type(token["expires_in"]), int)
        self.assertNotIn(None, token.values())
        return token["access_token"]

    def test_offline_access_does_no_harm_to_a_service(self):
        answer = current_user(self.token(scope="api:admin-read offline_access"))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json()["username"], SERVICE[0])

    def test_no_scope_is_every_scope(self):
        self.assertEqual(current_user(self.token()).status_code, 200)

    def test_a_query_parameter_preview_is_let_through(self):
        answer = get("/api/v2/admin/users/getCurrent", self.token(), preview="true")
        self.assertEqual(answer.status_code, 200)

    def test_signing_out_ends_the_token(self):
        client_id, client_secret = SERVICE
        token = self.token()
        body = {"client_id": client_id, "client_secret": client_secret, "token": token}
        requests.post(REVOKE_URL, data=body).raise_for_status()
        answer = current_user(token)
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(answer.json()["errorName"], "Default:Unauthorized")

    def test_an_error_has_the_members_that_become_its_exception(self):
        answer = current_user(self.token(scope="api:read-data"))
        self.assertEqual(answer.status_code, 403)
        error = answer.json()
        for member in ("errorCode", "errorName", "errorInstanceId", "parameters"):
            self.assertIn(member, error)

    def test_an_api_that_does_not_exist_is_an_empty_404(self):
        answer = get("/api/v2/no/such/api", self.token())
        self.assertEqual((answer.status_code, answer.text), (404, ""))

    def test_a_token_of_the_users_own_needs_no_oauth(self):
        self.assertEqual(current_user("demo-token").json()["username"], "jane")


class FoundryDevTools(unittest.TestCase):
    """foundry-dev-tools: the client shows itself in the Authorization header, and nowhere else."""

    def token(self, **more):
        answer = requests.post(
            TOKEN_URL, data={"grant_type": "client_credentials", **more}, auth=HTTPBasicAuth(*SERVICE)
        )
        answer.raise_for_status()
        token = answer.json()
        self.assertGreater(token["expires_in"], 0)
        return token["access_token"]

    def test_basic_without_a_client_id_in_the_body(self):
        self.assertEqual(current_user(self.token()).json()["username"], SERVICE[0])
        self.assertEqual(current_user(self.token(scope="api:admin-read")).status_code, 200)

    def test_it_is_told_who_it_is_with_attributes(self):
        answer = get("/multipass/api/me", "demo-token")
        self.assertEqual(answer.status_code, 200)
        person = answer.json()
        self.assertEqual(person["username"], "jane")
        self.assertEqual(person["attributes"]["multipass:email:primary"], ["jane@example.com"])
        self.assertEqual(person["attributes"]["multipass:given-name"], ["Jane"])

    def test_a_wrong_secret_is_refused_in_json(self):
        answer = requests.post(
            TOKEN_URL, data={"grant_type": "client_credentials"}, auth=HTTPBasicAuth(SERVICE[0], "wrong")
        )
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(answer.json()["error"], "invalid_client")


class PalantirOauthClient(unittest.TestCase):
    """palantir-oauth-client: a person at a console, requests-oauthlib, PKCE; Basic, then the body."""

    def sign_in(self, client_id, secret):
        redirect_uri = AUTHORIZE_URL.replace("authorize", "callback")
        verifier = secrets.token_urlsafe(64)
        digest = hashlib.sha256(verifier.encode()).digest()
        session = OAuth2Session(
            client_id, redirect_uri=redirect_uri, scope=["offline_access", "api:admin-read"]
        )
        url, state = session.authorization_url(
            AUTHORIZE_URL,
            code_challenge=base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            code_challenge_method="S256",
        )
        callback = sign_in(url, "mei")
        answer = parse_qs(urlparse(callback).query)
        self.assertEqual(answer["state"], [state])
        # A console cannot be redirected to: the person copies the code from this page.
        page = requests.get(callback)
        self.assertEqual(page.status_code, 200)
        code = answer["code"][0]
        self.assertIn(code, page.text)
        # Without an `auth` of the caller's, the library takes Basic(client_id, secret or "").
        return session.fetch_token(TOKEN_URL, code=code, code_verifier=verifier, client_secret=secret)

    def refresh(self, client_id, secret, refresh_token):
        body = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token}
        if secret:
            body["client_secret"] = secret
        return requests.post(TOKEN_URL, data=body)

    def test_a_person_signs_in_to_each_kind_of_client_and_refreshes(self):
        for client_id, secret in [SERVICE, (PUBLIC, None)]:
            with self.subTest(client_id):
                token = self.sign_in(client_id, secret)
                self.assertIsInstance(token["expires_in"], int)
                self.assertEqual(current_user(token["access_token"]).json()["username"], "mei")
                fresh = self.refresh(client_id, secret, token["refresh_token"])
                self.assertEqual(fresh.status_code, 200, fresh.text)
                self.assertNotEqual(fresh.json()["refresh_token"], token["refresh_token"])
                self.assertEqual(current_user(fresh.json()["access_token"]).status_code, 200)

    def test_every_error_is_json(self):
        answer = self.refresh(PUBLIC, None, "never-issued")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(answer.json()["error"], "invalid_grant")


class TerraformProvider(unittest.TestCase):
    """terraform-provider-palantir-foundry: no scope, no redirects, then the admin API."""

    def test_a_token_without_a_scope_may_administer(self):
        client_id, client_secret = SERVICE
        answer = requests.post(
            TOKEN_URL,
            data={"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret},
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 200)
        token = answer.json()["access_token"]
        self.assertEqual(current_user(token).status_code, 200)
        answer = get("/api/v2/admin/enrollments/getCurrent", token, preview="true")
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertTrue(answer.json()["rid"])


class ComputeModuleAuth(unittest.TestCase):
    """compute_modules.auth.oauth: takes a 200 with an access_token, and anything else for nothing."""

    def test_a_module_gets_a_token_for_its_application(self):
        client_id, client_secret = SERVICE
        body = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": "api:admin-read",
        }
        answer = requests.post(TOKEN_URL, data=body, headers={"Accept": "application/json"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(current_user(answer.json()["access_token"]).status_code, 200)


if __name__ == "__main__":
    unittest.main()
