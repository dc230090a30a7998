/* SPDX-License-Identifier: MIT */
#include "http/tls_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "http/tls_certificate.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"

enum {
    HOST_NAME_BYTES = 256,
    NAMES_MAX = FE_LIMIT_LISTENERS + 5 /* the built-in ones, this machine's, and NULL */
};

static int fail(char *why, size_t why_size, int r, const char *what)
{
    (void)snprintf(why, why_size, "%s: %s", what, strerror(-r));
    return r;
}

static char *path_in(const char *directory, const char *name)
{
    struct fe_buf path;
    size_t len = 0;
    fe_buf_init(&path, PATH_MAX);
    (void)fe_buf_printf(&path, "%s/%s", directory, name);
    return fe_buf_take(&path, &len);
}

bool fe_tls_is_name(const char *name)
{
    static const char inner[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    size_t len = strlen(name);
    return fe_tls_is_ip(name) ||
           (len > 0 && len < HOST_NAME_BYTES && name[0] != '.' && strspn(name, inner) == len);
}

/* ── the directory ── */

static int make_directory(const char *path)
{
    return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

static int make_directories(const char *path)
{
    int r = 0;
    char *parents = fe_xstrdup(fe_slice_cstr(path));
    for (char *at = strchr(parents + 1, '/'); r == 0 && at; at = strchr(at + 1, '/')) {
        *at = '\0';
        r = make_directory(parents);
        *at = '/';
    }
    free(parents);
    return r < 0 ? r : make_directory(path);
}

/* Waits for its turn. The descriptor, or -errno. */
static int lock(const char *directory)
{
    char *path = path_in(directory, "lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int r = fd < 0 ? -errno : 0;
    free(path);
    while (fd >= 0 && r == 0 && flock(fd, LOCK_EX) < 0) {
        if (errno != EINTR) {
            r = -errno;
            (void)close(fd);
        }
    }
    return r < 0 ? r : fd;
}

/* ── files ── */

/* A key that is encrypted is not ours; nobody is there to be asked for its password. */
static int refuse_password(char *room, int size, int writing, void *arg)
{
    (void)room, (void)size, (void)writing, (void)arg;
    return -1;
}

/* Both files of a pair; a pair that is not there, or not whole, is empty. */
static struct fe_tls_pair load(const char *cert_file, const char *key_file)
{
    struct fe_tls_pair pair = {NULL, NULL};
    FILE *file = fopen(cert_file, "re");
    if (file) {
        pair.cert = PEM_read_X509(file, NULL, refuse_password, NULL);
        (void)fclose(file);
    }
    file = fopen(key_file, "re");
    if (file) {
        pair.key = PEM_read_PrivateKey(file, NULL, refuse_password, NULL);
        (void)fclose(file);
    }
    if (!pair.cert || !pair.key || X509_check_private_key(pair.cert, pair.key) != 1) {
        fe_tls_pair_done(&pair);
    }
    ERR_clear_error();
    return pair;
}

/* The key alone if there is one, else the certificates (ended by NULL). */
static bool write_pem(FILE *file, EVP_PKEY *key, X509 *const *certs)
{
    bool ok = key == NULL || PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    for (size_t i = 0; ok && certs && certs[i]; i++) {
        ok = PEM_write_X509(file, certs[i]) == 1;
    }
    return ok && fflush(file) == 0 && fsync(fileno(file)) == 0;
}

static int write_file(const char *path, EVP_PKEY *key, X509 *const *certs)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        return -errno;
    }
    errno = 0;
    bool ok = write_pem(file, key, certs) && (key || fchmod(fd, 0644) == 0);
    ok = fclose(file) == 0 && ok;
    return ok ? 0 : errno > 0 ? -errno : -EIO;
}

/* Written beside and moved into place: nobody ever reads half a file. */
static int save(const char *path, EVP_PKEY *key, X509 *const *certs)
{
    struct fe_buf beside;
    fe_buf_init(&beside, PATH_MAX);
    int r = fe_buf_printf(&beside, "%s.new", path);
    if (r == 0) {
        (void)unlink(beside.ptr);
        r = write_file(beside.ptr, key, certs);
        if (r == 0 && rename(beside.ptr, path) < 0) {
            r = -errno;
        }
        if (r < 0) {
            (void)unlink(beside.ptr);
        }
    }
    fe_buf_done(&beside);
    return r;
}

static int save_pair(const struct fe_tls_pair *pair, X509 *issuer, const char *cert_file,
                     const char *key_file)
{
    X509 *const certs[] = {pair->cert, issuer, NULL};
    if (pair->cert == NULL) {
        ERR_clear_error();
        return -EIO;
    }
    int r = save(key_file, pair->key, NULL);
    return r < 0 ? r : save(cert_file, NULL, certs);
}

/* ── together ── */

static int find_ca(const struct fe_tls_identity *identity, const char *key_file, time_t now,
                   struct fe_tls_pair *ca_out)
{
    *ca_out = load(identity->ca_file, key_file);
    if (ca_out->cert && fe_tls_lasts(ca_out->cert, now)) {
        return 0;
    }
    fe_tls_pair_done(ca_out);
    *ca_out = fe_tls_make_ca(now);
    return save_pair(ca_out, NULL, identity->ca_file, key_file);
}

static int find_leaf(const struct fe_tls_identity *identity, const struct fe_tls_pair *ca,
                     const char *const *names, time_t now)
{
    int r = 0;
    struct fe_tls_pair leaf = load(identity->cert_file, identity->key_file);
    if (leaf.cert == NULL || !fe_tls_lasts(leaf.cert, now) ||
        !fe_tls_serves(leaf.cert, ca->cert, names)) {
        fe_tls_pair_done(&leaf);
        leaf = fe_tls_make_leaf(ca, names, now);
        r = save_pair(&leaf, ca->cert, identity->cert_file, identity->key_file);
    }
    fe_tls_pair_done(&leaf);
    return r;
}

/* A machine may be called anything; a name that no client could ask for stays out. */
static void collect_names(const char *const *names, char host[HOST_NAME_BYTES],
                          const char *all[NAMES_MAX])
{
    static const char *const built_in[] = {"localhost", "127.0.0.1", "::1"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
        all[n++] = built_in[i];
    }
    for (size_t i = 0; names[i] && n < NAMES_MAX - 2; i++) {
        all[n++] = names[i];
    }
    if (gethostname(host, HOST_NAME_BYTES - 1) == 0 && fe_tls_is_name(host)) {
        all[n++] = host;
    }
    all[n] = NULL;
}

static int find_both(const struct fe_tls_identity *identity, const char *directory,
                     const char *const *names, time_t now)
{
    struct fe_tls_pair ca;
    char *key_file = path_in(directory, "ca-key.pem");
    int r = find_ca(identity, key_file, now, &ca);
    if (r == 0) {
        r = find_leaf(identity, &ca, names, now);
    }
    fe_tls_pair_done(&ca);
    free(key_file);
    return r;
}

int fe_tls_identity_open(const char *directory, const char *const *names,
                         const struct fe_clock *clock, struct fe_tls_identity *identity_out,
                         char *why, size_t why_size)
{
    char host[HOST_NAME_BYTES] = "";
    const char *all[NAMES_MAX];
    int r = make_directories(directory);
    int held = r < 0 ? r : lock(directory);
    if (held < 0) {
        return fail(why, why_size, held, directory);
    }
    struct fe_tls_identity identity = {.ca_file = path_in(directory, "ca.pem"),
                                       .cert_file = path_in(directory, "cert.pem"),
                                       .key_file = path_in(directory, "key.pem"),
                                       .lock = held};
    collect_names(names, host, all);
    r = find_both(&identity, directory, all, (time_t)(fe_clock_now_ns(clock) / FE_NS_PER_S));
    if (r < 0) {
        fe_tls_identity_done(&identity);
        return fail(why, why_size, r, directory);
    }
    *identity_out = identity;
    return 0;
}

void fe_tls_identity_done(struct fe_tls_identity *identity)
{
    (void)close(identity->lock);
    free(identity->ca_file);
    free(identity->cert_file);
    free(identity->key_file);
    *identity = (struct fe_tls_identity){.lock = -1};
}
