/* SPDX-License-Identifier: MIT */
/* The list errs on the side of secrets where a name is only ever seen near credentials, and on the
 * side of the reader where it is not. What the wildcards catch too much is taken back by
 * not_secret[]: metadata about tokens (token_endpoint, token_type), counts of language models'
 * tokens, names of secrets, and the cursors of paged lists (nextPageToken), which open nothing
 * without a credential and without which a recording of a paged list cannot be followed. */
#include "cassette/redact/names.h"

#include "cassette/redact/rules.h"

enum {
    FIELD = 1 << FE_NAME_FIELD,
    QUERY = 1 << FE_NAME_QUERY,
    JSON = 1 << FE_NAME_JSON,
    COOKIE = 1 << FE_NAME_COOKIE,
    ALL = FIELD | QUERY | JSON | COOKIE
};

#define RULE(pattern, kind, places)                                                                \
    {                                                                                              \
        FE_SLICE_INIT(pattern), FE_SLICE_INIT(kind), places                                        \
    }

/* The first that matches gives the kind, so exact names come before wildcards. */
static const struct fe_name_rule secrets[] = {
    RULE("accesstoken", "access_token", ALL),
    RULE("refreshtoken", "refresh_token", ALL),
    RULE("idtoken", "id_token", ALL),
    RULE("moduleauthtoken", "module_auth_token", ALL),
    RULE("clientsecret", "client_secret", ALL),
    RULE("clientassertion", "client_assertion", ALL),
    /* In JSON, "code" is an error's, a country's, a program's. */
    RULE("code", "code", QUERY),
    RULE("codeverifier", "code_verifier", QUERY),
    RULE("devicecode", "device_code", QUERY | JSON),
    RULE("usercode", "user_code", QUERY | JSON),
    RULE("assertion", "assertion", QUERY),
    RULE("samlresponse", "saml_response", QUERY | JSON),
    RULE("samlart", "saml_artifact", QUERY),
    RULE("ticket", "ticket", QUERY),
    RULE("cookie", "cookie", ALL),
    RULE("setcookie", "cookie", ALL),
    RULE("setcookie2", "cookie", ALL),
    RULE("auth", "authorization", QUERY),
    RULE("xauth", "authorization", FIELD),
    RULE("bearer", "token", ALL),
    RULE("pass", "password", QUERY),
    RULE("pwd", "password", ALL),
    RULE("userpwd", "password", ALL),
    RULE("passcode", "passcode", ALL),
    RULE("otp", "passcode", QUERY | JSON),
    RULE("totp", "passcode", QUERY | JSON),
    RULE("mfacode", "passcode", QUERY | JSON),
    RULE("otpcode", "passcode", QUERY | JSON),
    RULE("verificationcode", "passcode", QUERY | JSON),
    RULE("recoverycode*", "passcode", QUERY | JSON),
    RULE("sid", "session", QUERY | JSON),
    RULE("session", "session", QUERY),
    RULE("phpsessid", "session", ALL),
    RULE("sig", "signature", QUERY),
    RULE("signature", "signature", QUERY),
    RULE("xamzsignature", "signature", ALL),
    RULE("xgoogsignature", "signature", ALL),
    RULE("auths", "credential", JSON), /* docker's, to registries */
    /* Pairs of what a module is given to call back with, too: authHeader. */
    RULE("*authorization", "authorization", ALL),
    RULE("*authheader*", "authorization", ALL),
    RULE("*jwt", "jwt", ALL),
    RULE("*jwtassertion", "jwt", ALL),
    RULE("*csrf*", "csrf", ALL),
    RULE("*xsrf*", "csrf", ALL),
    RULE("*sessionid", "session", ALL),
    RULE("*sessid", "session", ALL),
    RULE("*sessionkey", "session", ALL),
    RULE("*connectionstring*", "connection_string", ALL),
    RULE("*token*", "token", ALL),
    RULE("*secret*", "secret", ALL),
    RULE("*password*", "password", ALL),
    RULE("*passwd*", "password", ALL),
    RULE("*passphrase*", "password", ALL),
    RULE("*credential*", "credential", ALL),
    RULE("*apikey*", "api_key", ALL),
    RULE("*accesskey*", "access_key", ALL),
    RULE("*accountkey", "access_key", ALL),
    RULE("*subscriptionkey", "api_key", ALL),
    RULE("*licensekey*", "license_key", ALL),
    RULE("*privatekey*", "private_key", ALL),
    RULE("*signingkey*", "private_key", ALL),
    RULE("*encryptionkey*", "private_key", ALL),
    RULE("*hmackey*", "private_key", ALL),
    RULE("*sharedkey*", "private_key", ALL),
    RULE("*masterkey*", "private_key", ALL),
};

/* Only asked for with --redact-pii. "name" alone is not here: nearly every object has one, and it
 * is seldom a person's. */
static const struct fe_name_rule personal[] = {
    RULE("email", "email", ALL),       RULE("*emailaddress", "email", ALL),
    RULE("*useremail", "email", ALL),  RULE("emails", "email", ALL),
    RULE("mail", "email", ALL),        RULE("givenname", "name", ALL),
    RULE("familyname", "name", ALL),   RULE("firstname", "name", ALL),
    RULE("middlename", "name", ALL),   RULE("lastname", "name", ALL),
    RULE("surname", "name", ALL),      RULE("fullname", "name", ALL),
    RULE("nickname", "name", ALL),     RULE("*username", "user", ALL),
    RULE("login", "user", ALL),        RULE("loginhint", "user", ALL),
    RULE("*userid", "user", ALL),      RULE("*userids", "user", ALL),
    RULE("xremoteuser", "user", ALL),  RULE("xforwardeduser", "user", ALL),
    RULE("sub", "user", ALL),          RULE("principalid", "user", ALL),
    RULE("principalids", "user", ALL), RULE("createdby", "user", ALL),
    RULE("updatedby", "user", ALL),    RULE("modifiedby", "user", ALL),
    RULE("deletedby", "user", ALL),    RULE("requestedby", "user", ALL),
    RULE("phone", "phone", ALL),       RULE("phonenumber", "phone", ALL),
    RULE("mobile", "phone", ALL),      RULE("mobilenumber", "phone", ALL),
};

/* Names that a wildcard catches and that carry no secret, as patterns. */
static const struct fe_slice not_secret[] = {
    /* what a token is, not the token */
    FE_SLICE_INIT("*tokentype"),
    FE_SLICE_INIT("*tokentypes"),
    FE_SLICE_INIT("*tokentypehint"),
    FE_SLICE_INIT("*tokenuse"),
    FE_SLICE_INIT("*tokenformat"),
    FE_SLICE_INIT("*tokenid"),
    FE_SLICE_INIT("*clientassertiontype"),
    FE_SLICE_INIT("*expiresin"),
    FE_SLICE_INIT("*expiresat"),
    FE_SLICE_INIT("*expiresafter"),
    FE_SLICE_INIT("*expiry"),
    FE_SLICE_INIT("*expiration"),
    FE_SLICE_INIT("*expirationtime"),
    FE_SLICE_INIT("*lifetime"),
    FE_SLICE_INIT("*ttl"),
    FE_SLICE_INIT("*issuedat"),
    FE_SLICE_INIT("*status"),
    FE_SLICE_INIT("*issuer"),
    FE_SLICE_INIT("scope"),
    FE_SLICE_INIT("scopes"),
    FE_SLICE_INIT("errorcode"),
    /* where it is got: OpenID discovery, clients' settings */
    FE_SLICE_INIT("*endpoint"),
    FE_SLICE_INIT("*tokenendpoint*"),
    FE_SLICE_INIT("*supported"),
    FE_SLICE_INIT("*tokenurl"),
    FE_SLICE_INIT("*tokenuri"),
    FE_SLICE_INIT("*algorithm"),
    FE_SLICE_INIT("*alg"),
    /* what it is called */
    FE_SLICE_INIT("*tokenname"),
    FE_SLICE_INIT("*secretname"),
    FE_SLICE_INIT("*secretnames"),
    FE_SLICE_INIT("*secretid"),
    FE_SLICE_INIT("*secrettype"),
    FE_SLICE_INIT("*secretversion"),
    FE_SLICE_INIT("*credentialid"),
    FE_SLICE_INIT("*credentialids"),
    FE_SLICE_INIT("*credentialname"),
    FE_SLICE_INIT("*credentialtype"),
    FE_SLICE_INIT("*credentialstype"),
    FE_SLICE_INIT("*keyname"),
    FE_SLICE_INIT("*headername"),
    FE_SLICE_INIT("*cookiename"),
    FE_SLICE_INIT("*fieldname"),
    FE_SLICE_INIT("*paramname"),
    FE_SLICE_INIT("*parametername"),
    FE_SLICE_INIT("*rid"),
    FE_SLICE_INIT("*rids"),
    /* how many of them a language model has used, and how it cuts text */
    FE_SLICE_INIT("*tokencount"),
    FE_SLICE_INIT("*tokencounts"),
    FE_SLICE_INIT("*tokenlimit"),
    FE_SLICE_INIT("*tokenusage"),
    FE_SLICE_INIT("*tokensused"),
    FE_SLICE_INIT("*maxtokens"),
    FE_SLICE_INIT("maxoutputtokens"),
    FE_SLICE_INIT("maxcompletiontokens"),
    FE_SLICE_INIT("*prompttokens*"),
    FE_SLICE_INIT("*completiontokens*"),
    FE_SLICE_INIT("*tokeniz*"),
    /* cursors of paged lists */
    FE_SLICE_INIT("*pagetoken"),
    FE_SLICE_INIT("*pagingtoken"),
    FE_SLICE_INIT("*paginationtoken"),
    FE_SLICE_INIT("*continuationtoken"),
    FE_SLICE_INIT("nexttoken"),
    /* rules about them */
    FE_SLICE_INIT("accesscontrol*"),
    FE_SLICE_INIT("*passwordpolicy"),
    FE_SLICE_INIT("*passwordless*"),
};

/* Within something secret as a whole, what describes it, besides not_secret[]. */
static const struct fe_slice describing[] = {
    FE_SLICE_INIT("type"),        FE_SLICE_INIT("kind"),        FE_SLICE_INIT("id"),
    FE_SLICE_INIT("name"),        FE_SLICE_INIT("title"),       FE_SLICE_INIT("displayname"),
    FE_SLICE_INIT("description"), FE_SLICE_INIT("format"),      FE_SLICE_INIT("kty"),
    FE_SLICE_INIT("use"),         FE_SLICE_INIT("kid"),         FE_SLICE_INIT("created"),
    FE_SLICE_INIT("createdat"),   FE_SLICE_INIT("createdtime"), FE_SLICE_INIT("createdby"),
    FE_SLICE_INIT("updatedat"),   FE_SLICE_INIT("expires"),     FE_SLICE_INIT("$ref"),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct fe_name_rules fe_names_secret(void)
{
    return (struct fe_name_rules){secrets, COUNT(secrets)};
}

struct fe_name_rules fe_names_personal(void)
{
    return (struct fe_name_rules){personal, COUNT(personal)};
}

struct fe_name_patterns fe_names_harmless(void)
{
    return (struct fe_name_patterns){not_secret, COUNT(not_secret)};
}

struct fe_name_patterns fe_names_describing(void)
{
    return (struct fe_name_patterns){describing, COUNT(describing)};
}
