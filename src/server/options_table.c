/* SPDX-License-Identifier: MIT */
/* The one table of options, and what their values may be. */
#include "http/server.h"
#include "http/tls_identity.h"
#include "record/record.h"
#include "replay/pace.h"
#include "server/options_private.h"
#include "util/clock.h"
#include "util/duration.h"
#include "util/limits.h"
#include "util/log.h"

static const char *check_mode(struct fe_slice value)
{
    static const struct fe_slice words =
        FE_SLICE_INIT("emulate record replay once new_episodes none all");
    return fe_slice_has_word(words, ' ', value)
               ? NULL
               : "expected emulate, record or replay; or once, new_episodes, none or all";
}

static const char *check_on_miss(struct fe_slice value)
{
    return fe_slice_has_word(FE_SLICE("emulate fail upstream record"), ' ', value)
               ? NULL
               : "expected emulate, fail, upstream or record";
}

static const char *check_match(struct fe_slice value)
{
    return fe_slice_has_word(FE_SLICE("strict lenient method-path"), ' ', value)
               ? NULL
               : "expected strict, lenient or method-path";
}

static const char *check_pace(struct fe_slice value)
{
    struct fe_pace_options pace;
    return fe_pace_parse(value, &pace) < 0
               ? "expected fast, recorded, or a factor such as x2 or x0.5"
               : NULL;
}

static const char *check_at_end(struct fe_slice value)
{
    static const struct fe_slice words =
        FE_SLICE_INIT("reads=repeat reads=miss writes=miss writes=repeat polls=idle polls=miss");
    return fe_slice_has_word(words, ' ', value)
               ? NULL
               : "expected reads=repeat or reads=miss, writes=miss or writes=repeat, polls=idle or "
                 "polls=miss";
}

static const char *check_listen(struct fe_slice value)
{
    struct fe_listen_address address;
    const char *why = NULL;
    return fe_listen_address_parse(value, &address, &why) < 0 ? why : NULL;
}

static const char *check_tls_name(struct fe_slice value)
{
    return fe_tls_is_name(value.ptr) ? NULL : "expected a host name or an IP address";
}

static const char *check_url(struct fe_slice value)
{
    if (!fe_slice_starts(value, FE_SLICE("http://")) &&
        !fe_slice_starts(value, FE_SLICE("https://"))) {
        return "expected a URL that starts with http:// or https://";
    }
    if (value.ptr[value.len - 1] == '/') {
        return "expected a URL without a slash at the end";
    }
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] <= ' ' || value.ptr[i] >= 0x7f || value.ptr[i] == '"') {
            return "expected a URL without spaces, quotes or characters outside ASCII";
        }
    }
    return NULL;
}

static const char *check_duration(struct fe_slice value)
{
    int64_t ns = 0;
    return fe_duration_parse(value, &ns) < 0 ? "expected a duration such as 500ms, 30s, 5m or 1h"
                                             : NULL;
}

static const char *check_bool(struct fe_slice value)
{
    return fe_slice_eq(value, FE_SLICE("true")) || fe_slice_eq(value, FE_SLICE("false"))
               ? NULL
               : "expected true or false";
}

static const char *check_number(struct fe_slice value)
{
    uint64_t number = 0;
    return fe_slice_u64(value, &number) < 0 ? "expected a whole number" : NULL;
}

static const char *check_log_level(struct fe_slice value)
{
    enum fe_log_level level;
    return fe_log_level_parse(value, &level) < 0 ? "expected error, warning, info or debug" : NULL;
}

static const char *check_log_format(struct fe_slice value)
{
    return fe_slice_eq(value, FE_SLICE("text")) || fe_slice_eq(value, FE_SLICE("json"))
               ? NULL
               : "expected text or json";
}

static const char *check_sync(struct fe_slice value)
{
    return fe_slice_has_word(FE_SLICE("none interval exchange"), ' ', value)
               ? NULL
               : "expected none, interval or exchange";
}

static const char *check_timeout(struct fe_slice value)
{
    int64_t ns = 0;
    if (fe_duration_parse(value, &ns) < 0 || ns < FE_NS_PER_MS) {
        return "expected a duration of at least 1ms, such as 500ms, 30s or 5m";
    }
    return NULL;
}

static const char *check_name(struct fe_slice value)
{
    return value.len == 0 || value.len > FE_LIMIT_REDACTED_NAME_BYTES
               ? "expected the name of a field, parameter or JSON member"
               : NULL;
}

static const char *check_path(struct fe_slice value)
{
    return value.len == 0 ? "expected a file name" : NULL;
}

const struct fe_option_row fe_option_rows[FE_OPTION_COUNT] = {
    [FE_OPT_MODE] =
        {{"mode", "MODE", "emulate",
          "What to be: emulate, record or replay; or VCR's once, new_episodes, none, all.", 0, 0},
         check_mode},
    [FE_OPT_LISTEN] =
        {{"listen", "URL", "http://127.0.0.1:4000",
          "Where to listen: http:// or https://HOST:PORT, or unix:PATH; port 0: any free one.",
          FE_LIMIT_LISTENERS, 0},
         check_listen},
    [FE_OPT_SEED] = {{"seed", "FILE", NULL, "What there is at the start, as YAML.",
                      FE_LIMIT_LISTENERS, 0},
                     check_path},
    [FE_OPT_ALLOW_REMOTE] = {{"allow-remote", NULL, "false",
                              "Allow listeners that other machines can reach.", 0, 0},
                             check_bool},
    [FE_OPT_UPSTREAM] = {{"upstream", "URL", NULL, "The Foundry to record: https://HOST[:PORT].", 0,
                          0},
                         fe_record_check_upstream},
    [FE_OPT_CASSETTE] = {{"cassette", "FILE", NULL,
                          "The cassette to write; or one to replay, again and again.",
                          FE_LIMIT_OPTION_VALUES, 0},
                         check_path},
    [FE_OPT_APPEND] = {{"append", NULL, "false", "Go on behind what the cassette holds.", 0, 0},
                       check_bool},
    [FE_OPT_OVERWRITE] = {{"overwrite", NULL, "false",
                           "Put a new cassette in the old one's place, at the end.", 0, 0},
                          check_bool},
    [FE_OPT_ON_MISS] = {{"on-miss", "WHAT", "emulate",
                         "What answers when no recording does: emulate, fail, upstream or record.",
                         0, 0},
                        check_on_miss},
    [FE_OPT_STRICT] = {{"strict", NULL, "false",
                        "Exit with 3 if a request was missed, or a recording never used.", 0, 0},
                       check_bool},
    [FE_OPT_MATCH] =
        {{"match", "HOW", NULL,
          "How requests are matched: strict, lenient or method-path; else as recorded.", 0, 0},
         check_match},
    [FE_OPT_PACE] = {{"pace", "PACE", "fast",
                      "How recorded time runs: fast, recorded, or so many times as fast: x10.", 0,
                      0},
                     check_pace},
    [FE_OPT_AT_END] = {{"at-end", "KIND=WHAT", NULL,
                        "Beyond the last recording: reads=repeat|miss, writes=miss|repeat, "
                        "polls=idle|miss.",
                        FE_LIMIT_OPTION_VALUES, 0},
                       check_at_end},
    [FE_OPT_REBASE] = {{"rebase", NULL, "false",
                        "Move the times in recorded answers to now; durations stay.", 0, 0},
                       check_bool},
    [FE_OPT_SYNC] =
        {{"sync", "WHEN", "interval",
          "When to force the cassette to the disk: none, interval (200 ms) or exchange.", 0, 0},
         check_sync},
    [FE_OPT_UPSTREAM_TIMEOUT] = {{"upstream-timeout", "DURATION", "60s",
                                  "How long the upstream may be silent.", 0, 0},
                                 check_timeout},
    [FE_OPT_UPSTREAM_CA] = {{"upstream-ca", "FILE", NULL,
                             "The authorities to believe for the upstream, PEM; else the system's.",
                             0, 0},
                            check_path},
    [FE_OPT_UPSTREAM_INSECURE] = {{"upstream-insecure", NULL, "false",
                                   "Do not verify the upstream's certificate.", 0, 0},
                                  check_bool},
    [FE_OPT_REWRITE_BODIES] = {{"rewrite-bodies", NULL, "false",
                                "Name ourselves for the upstream in JSON and HTML, too.", 0, 0},
                               check_bool},
    [FE_OPT_REDACT] = {{"redact", "NAME", NULL,
                        "A further name whose values are secrets; \"*\" at an end stands for any.",
                        FE_LIMIT_OPTION_VALUES, 0},
                       check_name},
    [FE_OPT_KEEP] = {{"keep", "NAME", NULL, "A name whose values are no secrets after all.",
                      FE_LIMIT_OPTION_VALUES, 0},
                     check_name},
    [FE_OPT_REDACT_PII] = {{"redact-pii", NULL, "false",
                            "Replace e-mail addresses, names and user ids as well.", 0, 0},
                           check_bool},
    [FE_OPT_KEEP_SECRETS] = {{"keep-secrets", NULL, "false",
                              "Write secrets into the cassette as they are; marks it for ever.", 0,
                              0},
                             check_bool},
    [FE_OPT_TLS_DIR] = {{"tls-dir", "DIR", NULL,
                         "Where the CA and the certificate of https listeners are made and kept.",
                         0, 0},
                        check_path},
    [FE_OPT_TLS_CERT] = {{"tls-cert", "FILE", NULL,
                          "A certificate of your own, PEM, its chain behind it.", 0, 0},
                         check_path},
    [FE_OPT_TLS_KEY] = {{"tls-key", "FILE", NULL, "Its key, PEM.", 0, 0}, check_path},
    [FE_OPT_TLS_NAME] = {{"tls-name", "NAME", NULL,
                          "A host name or address that the certificate shall name too.",
                          FE_LIMIT_LISTENERS, 0},
                         check_tls_name},
    [FE_OPT_PUBLIC_URL] = {{"public-url", "URL", NULL,
                            "The URL by which people and apps reach the emulator.", 0, 0},
                           check_url},
    [FE_OPT_MODULE_URL] = {{"module-url", "URL", NULL,
                            "The URL by which compute modules reach the emulator.", 0, 0},
                           check_url},
    [FE_OPT_POLL_TIMEOUT] = {{"poll-timeout", "DURATION", "5s",
                              "How long a module's poll is held while there is no job.", 0, 0},
                             check_duration},
    [FE_OPT_STATUS_TIMEOUT] = {{"status-timeout", "DURATION", "1s",
                                "How long the status of an unfinished job is held.", 0, 0},
                               check_duration},
    [FE_OPT_EXECUTE_TIMEOUT] = {{"execute-timeout", "DURATION", "30s",
                                 "How long a synchronous execute waits for its result.", 0, 0},
                                check_duration},
    [FE_OPT_JOB_TIMEOUT] = {{"job-timeout", "DURATION", "0",
                             "After how long a job without an answer has failed; 0: never.", 0, 0},
                            check_duration},
    [FE_OPT_QUEUE_TIMEOUT] = {{"queue-timeout", "DURATION", "0",
                               "After how long a job that no module takes is canceled; 0: never.",
                               0, 0},
                              check_duration},
    [FE_OPT_DETERMINISTIC] = {{"deterministic", "SEED", NULL,
                               "Draw ids and tokens from SEED (default 0) and stop the clock, "
                               "time-outs of jobs with it.",
                               0, 1},
                              check_number},
    [FE_OPT_LOG_LEVEL] = {{"log-level", "LEVEL", "info", "error, warning, info or debug.", 0, 0},
                          check_log_level},
    [FE_OPT_LOG_FORMAT] = {{"log-format", "FORMAT", "text", "text or json.", 0, 0},
                           check_log_format},
};
