/* SPDX-License-Identifier: MIT */
#include "cassette/fields_private.h"

#define FIELD_OF(key, type, optional, offset, inner)                                               \
    {                                                                                              \
        FE_SLICE_INIT(key), type, optional, offset, inner, "\"" key "\" is missing",               \
            "\"" key "\" is there twice, or not as it should be"                                   \
    }
#define NEEDED(key, type, owner, member)                                                           \
    FIELD_OF(key, type, false, offsetof(struct owner, member), NULL)
#define OPTIONAL(key, type, owner, member)                                                         \
    FIELD_OF(key, type, true, offsetof(struct owner, member), NULL)
#define MAP(key, owner, member, inner)                                                             \
    FIELD_OF(key, FE_FIELD_MAP, false, offsetof(struct owner, member), inner)
#define FIELDS(array)                                                                              \
    {                                                                                              \
        array, sizeof(array) / sizeof((array)[0])                                                  \
    }

static const struct fe_field redaction_items[] = {
    NEEDED("version", FE_FIELD_NUMBER, fe_frame_redaction, version),
    NEEDED("secrets", FE_FIELD_SECRETS, fe_frame_redaction, secrets_kept),
    OPTIONAL("pii", FE_FIELD_FLAG, fe_frame_redaction, pii),
    OPTIONAL("also", FE_FIELD_NAMES, fe_frame_redaction, also),
    OPTIONAL("keep", FE_FIELD_NAMES, fe_frame_redaction, keep),
};
static const struct fe_fields redaction = FIELDS(redaction_items);

static const struct fe_field match_items[] = {
    NEEDED("profile", FE_FIELD_TEXT, fe_frame_session, match_profile),
};
static const struct fe_fields match = FIELDS(match_items);

static const struct fe_field any_session_items[] = {
    NEEDED("format", FE_FIELD_NUMBER, fe_frame_session, format),
    NEEDED("reader", FE_FIELD_NUMBER, fe_frame_session, reader),
    NEEDED("recorder", FE_FIELD_TEXT, fe_frame_session, recorder),
};
static const struct fe_fields any_session = FIELDS(any_session_items);

static const struct fe_field session_items[] = {
    NEEDED("format", FE_FIELD_NUMBER, fe_frame_session, format),
    NEEDED("reader", FE_FIELD_NUMBER, fe_frame_session, reader),
    NEEDED("recorder", FE_FIELD_TEXT, fe_frame_session, recorder),
    NEEDED("upstream", FE_FIELD_TEXT, fe_frame_session, upstream),
    NEEDED("time", FE_FIELD_TEXT, fe_frame_session, time),
    MAP("redaction", fe_frame_session, redaction, &redaction),
    /* The map has one key yet, which is kept in the session itself. */
    FIELD_OF("match", FE_FIELD_MAP, false, 0, &match),
};

static const struct fe_field request_items[] = {
    NEEDED("x", FE_FIELD_NUMBER, fe_frame_head, exchange),
    NEEDED("t", FE_FIELD_TIME, fe_frame_head, t_us),
    NEEDED("method", FE_FIELD_TEXT, fe_frame_head, method),
    NEEDED("target", FE_FIELD_TEXT, fe_frame_head, target),
    NEEDED("version", FE_FIELD_VERSION, fe_frame_head, minor_version),
    NEEDED("headers", FE_FIELD_HEADERS, fe_frame_head, headers),
    NEEDED("framing", FE_FIELD_FRAMING, fe_frame_head, framing),
};

static const struct fe_field interim_items[] = {
    NEEDED("x", FE_FIELD_NUMBER, fe_frame_head, exchange),
    NEEDED("t", FE_FIELD_TIME, fe_frame_head, t_us),
    NEEDED("status", FE_FIELD_STATUS, fe_frame_head, status),
    NEEDED("reason", FE_FIELD_TEXT, fe_frame_head, reason),
    NEEDED("version", FE_FIELD_VERSION, fe_frame_head, minor_version),
    NEEDED("headers", FE_FIELD_HEADERS, fe_frame_head, headers),
};

static const struct fe_field response_items[] = {
    NEEDED("x", FE_FIELD_NUMBER, fe_frame_head, exchange),
    NEEDED("t", FE_FIELD_TIME, fe_frame_head, t_us),
    NEEDED("status", FE_FIELD_STATUS, fe_frame_head, status),
    NEEDED("reason", FE_FIELD_TEXT, fe_frame_head, reason),
    NEEDED("version", FE_FIELD_VERSION, fe_frame_head, minor_version),
    NEEDED("headers", FE_FIELD_HEADERS, fe_frame_head, headers),
    NEEDED("framing", FE_FIELD_FRAMING, fe_frame_head, framing),
};

static const struct fe_field body_items[] = {
    NEEDED("x", FE_FIELD_NUMBER, fe_frame_body, exchange),
    NEEDED("at", FE_FIELD_NUMBER, fe_frame_body, at),
    FIELD_OF("pace", FE_FIELD_PACE, false, 0, NULL),
    FIELD_OF("cuts", FE_FIELD_CUTS, true, 0, NULL),
};

static const struct fe_field body_end_items[] = {
    NEEDED("bytes", FE_FIELD_NUMBER, fe_frame_body_end, bytes),
    NEEDED("wire", FE_FIELD_NUMBER, fe_frame_body_end, wire_bytes),
    OPTIONAL("decoded", FE_FIELD_TEXT, fe_frame_body_end, decoded),
    OPTIONAL("dropped", FE_FIELD_TEXT, fe_frame_body_end, dropped),
    OPTIONAL("trailers", FE_FIELD_HEADERS, fe_frame_body_end, trailers),
    OPTIONAL("open", FE_FIELD_OPEN, fe_frame_body_end, open),
};
static const struct fe_fields body_end = FIELDS(body_end_items);

static const struct fe_field end_items[] = {
    NEEDED("x", FE_FIELD_NUMBER, fe_frame_end, exchange),
    NEEDED("t", FE_FIELD_TIME, fe_frame_end, t_us),
    NEEDED("outcome", FE_FIELD_OUTCOME, fe_frame_end, outcome),
    OPTIONAL("note", FE_FIELD_TEXT, fe_frame_end, note),
    MAP("request", fe_frame_end, request, &body_end),
    MAP("response", fe_frame_end, response, &body_end),
};

static const struct fe_field seal_items[] = {
    NEEDED("frames", FE_FIELD_NUMBER, fe_frame_seal, frames),
    NEEDED("exchanges", FE_FIELD_NUMBER, fe_frame_seal, exchanges),
    OPTIONAL("index", FE_FIELD_NUMBER, fe_frame_seal, index_bytes),
};

static const struct fe_field index_items[] = {
    NEEDED("canonical", FE_FIELD_NUMBER, fe_frame_index, canonical),
    NEEDED("covers", FE_FIELD_NUMBER, fe_frame_index, covers),
    NEEDED("crc", FE_FIELD_NUMBER, fe_frame_index, crc),
};

static const struct fe_fields kinds[FE_FRAME_KINDS] = {
    [FE_FRAME_SESSION] = FIELDS(session_items),   [FE_FRAME_REQUEST] = FIELDS(request_items),
    [FE_FRAME_REQUEST_BODY] = FIELDS(body_items), [FE_FRAME_INTERIM] = FIELDS(interim_items),
    [FE_FRAME_RESPONSE] = FIELDS(response_items), [FE_FRAME_RESPONSE_BODY] = FIELDS(body_items),
    [FE_FRAME_END] = FIELDS(end_items),           [FE_FRAME_SEAL] = FIELDS(seal_items),
    [FE_FRAME_INDEX] = FIELDS(index_items),
};

const struct fe_fields *fe_fields_of(uint64_t kind)
{
    return kind < FE_FRAME_KINDS ? &kinds[kind] : NULL;
}

const struct fe_fields *fe_fields_of_any_session(void)
{
    return &any_session;
}
