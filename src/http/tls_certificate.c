/* SPDX-License-Identifier: MIT */
#include "http/tls_certificate.h"

#include <arpa/inet.h>

#include <openssl/bn.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "util/buf.h"

enum {
    CA_DAYS = 3650,
    LEAF_DAYS = 397,    /* the most that browsers accept */
    BACKDATED_S = 3600, /* for clients whose clocks are slow */
    SPARE_S = 24 * 60 * 60,
    SERIAL_BYTES = 16,
    NAMES_BYTES_MAX = 16384
};

void fe_tls_pair_done(struct fe_tls_pair *pair)
{
    EVP_PKEY_free(pair->key);
    X509_free(pair->cert);
    *pair = (struct fe_tls_pair){NULL, NULL};
}

/* ── asking ── */

bool fe_tls_is_ip(const char *name)
{
    unsigned char address[16];
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

bool fe_tls_lasts(const X509 *cert, time_t now)
{
    time_t soon = now + SPARE_S;
    return X509_cmp_time(X509_get0_notBefore(cert), &now) < 0 &&
           X509_cmp_time(X509_get0_notAfter(cert), &soon) > 0;
}

bool fe_tls_serves(X509 *cert, X509 *ca, const char *const *names)
{
    bool serves = X509_verify(cert, X509_get0_pubkey(ca)) == 1;
    for (size_t i = 0; serves && names[i]; i++) {
        serves = (fe_tls_is_ip(names[i]) ? X509_check_ip_asc(cert, names[i], 0)
                                         : X509_check_host(cert, names[i], 0, 0, NULL)) == 1;
    }
    return serves;
}

/* ── making ── */

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool set_serial(X509 *cert)
{
    unsigned char bytes[SERIAL_BYTES];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        return false;
    }
    bytes[0] &= 0x7f; /* positive */
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
    BN_free(number);
    return ok;
}

static bool set_subject(X509 *cert, const char *common_name)
{
    X509_NAME *name = X509_get_subject_name(cert);
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                                      (const unsigned char *)"foundry-emulator", -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name,
                                      -1, -1, 0) == 1;
}

/* What every certificate has; signed later. */
static struct fe_tls_pair begin(const char *common_name, int days, time_t now)
{
    struct fe_tls_pair pair = {EVP_EC_gen("P-256"), X509_new()};
    bool ok = pair.key && pair.cert && X509_set_version(pair.cert, X509_VERSION_3) == 1 &&
              set_serial(pair.cert) && set_subject(pair.cert, common_name) &&
              X509_time_adj_ex(X509_getm_notBefore(pair.cert), 0, -BACKDATED_S, &now) &&
              X509_time_adj_ex(X509_getm_notAfter(pair.cert), days, 0, &now) &&
              X509_set_pubkey(pair.cert, pair.key) == 1;
    if (!ok) {
        fe_tls_pair_done(&pair);
    }
    return pair;
}

struct fe_tls_pair fe_tls_make_ca(time_t now)
{
    struct fe_tls_pair ca = begin("foundry-emulator local CA", CA_DAYS, now);
    bool ok =
        ca.cert && X509_set_issuer_name(ca.cert, X509_get_subject_name(ca.cert)) == 1 &&
        add_extension(ca.cert, ca.cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
        add_extension(ca.cert, ca.cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(ca.cert, ca.cert, NID_subject_key_identifier, "hash") &&
        X509_sign(ca.cert, ca.key, EVP_sha256()) > 0;
    if (!ok) {
        fe_tls_pair_done(&ca);
    }
    return ca;
}

static void write_names(const char *const *names, struct fe_buf *list)
{
    for (size_t i = 0; names[i]; i++) {
        (void)fe_buf_printf(list, "%s%s:%s", i > 0 ? "," : "",
                            fe_tls_is_ip(names[i]) ? "IP" : "DNS", names[i]);
    }
}

struct fe_tls_pair fe_tls_make_leaf(const struct fe_tls_pair *ca, const char *const *names,
                                    time_t now)
{
    struct fe_buf list;
    fe_buf_init(&list, NAMES_BYTES_MAX);
    write_names(names, &list);
    struct fe_tls_pair leaf = begin("localhost", LEAF_DAYS, now);
    bool ok = list.error == 0 && leaf.cert &&
              X509_set_issuer_name(leaf.cert, X509_get_subject_name(ca->cert)) == 1 &&
              add_extension(leaf.cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE") &&
              add_extension(leaf.cert, ca->cert, NID_key_usage, "critical,digitalSignature") &&
              add_extension(leaf.cert, ca->cert, NID_ext_key_usage, "serverAuth") &&
              add_extension(leaf.cert, ca->cert, NID_subject_key_identifier, "hash") &&
              add_extension(leaf.cert, ca->cert, NID_authority_key_identifier, "keyid") &&
              add_extension(leaf.cert, ca->cert, NID_subject_alt_name, list.ptr) &&
              X509_sign(leaf.cert, ca->key, EVP_sha256()) > 0;
    fe_buf_done(&list);
    if (!ok) {
        fe_tls_pair_done(&leaf);
    }
    return leaf;
}
